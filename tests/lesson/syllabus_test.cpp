#include "lesson/syllabus.hpp"

#include "lesson/path_text.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;

namespace {

#ifdef _WIN32
const std::string suffix = ".exe";
#else
const std::string suffix;
#endif
const std::string least = "title = 't'\nsummary = 's'\ngroup = 'g'\n";

/// An installed tree with two labs: "own" has programs, and "borrower" has what its lab.toml says.
struct Tree {
  test::TemporaryDirectory directory;
  explicit Tree(const std::string& borrower) {
    directory.write("libexec/tcplab/labs/reading_order.txt", "own\nborrower\n");
    for (const char* program : {"client", "server"})
      directory.write(std::string("libexec/tcplab/labs/own/") + program + suffix, "");
    directory.write("share/tcplab/labs/own/lab.toml", least);
    directory.write("share/tcplab/labs/borrower/lab.toml", least + borrower);
  }
  [[nodiscard]] std::string program(const std::string& lab, const std::string& role) const {
    const Syllabus syllabus = Syllabus::find(directory.path() / "bin");
    return text_of(std::filesystem::relative(syllabus.program(syllabus.lab(lab), role), directory.path()));
  }
};

}  // namespace

TEST_CASE("a lab's programs are its own, or those of the lab it names") {
  const Tree tree("[client]\nprogram = 'own'\n[server]\nprogram = 'own'\n");
  CHECK(tree.program("own", "client") == "libexec/tcplab/labs/own/client" + suffix);
  CHECK(tree.program("borrower", "client") == "libexec/tcplab/labs/own/client" + suffix);
  CHECK(tree.program("borrower", "server") == "libexec/tcplab/labs/own/server" + suffix);
}

TEST_CASE("a program of a lab that is not there is an error that names the file, and the nearest lab") {
  const Tree tree("[client]\nprogram = 'own'\n[server]\nprogram = 'owl'\n");
  CHECK_THROWS_WITH(
      tree.program("borrower", "server"),
      test::contains("borrower/lab.toml: 'program' in [server]: there is no lab 'owl'; did you mean own?"));
}

TEST_CASE("a program that was not built is named") {
  CHECK_THROWS_WITH(Tree("").program("borrower", "client"),
                    test::contains("tcplab/labs/borrower/client" + suffix + " is missing"));
}

TEST_CASE("a build tree has the programs, and names the folder of the labs' sources") {
  const test::TemporaryDirectory directory;
  directory.write("build/labs/reading_order.txt", "own\n");
  directory.write("build/labs/folders.txt", (directory.path() / "source labs").string() + "\n");
  const auto program = directory.write("build/labs/own/client" + suffix, "");
  directory.write("source labs/own/lab.toml", least);
  const Syllabus syllabus = Syllabus::find(directory.path() / "build");
  const Lesson lab = syllabus.lab("own");
  CHECK(lab.folder == directory.path() / "source labs" / "own");
  CHECK(syllabus.program(lab, "client") == program);
}

TEST_CASE("where there are no labs, the error says where they should be, without detours") {
  const test::TemporaryDirectory directory;
  CHECK_THROWS_WITH(Syllabus::find(directory.path() / "bin"),
                    test::contains("'" + text_of(directory.path() / "share/tcplab/labs") + "' is no folder"));
}
