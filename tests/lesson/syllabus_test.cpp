#include "lesson/syllabus.hpp"

#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;

namespace {

/// A command's folder with two labs beside it: "own" has programs, and "borrower" has what its lab.toml says.
struct Tree {
  test::TemporaryDirectory directory;
  explicit Tree(const std::string& borrower) {
    const std::string least = "title = 't'\nsummary = 's'\ngroup = 'g'\n";
    directory.write("bin/labs/reading_order.txt", "own\nborrower\n");
    for (const char* program : {"client", "server"}) directory.write(std::string("bin/labs/own/") + program, "");
    directory.write("share/tcplab/labs/own/lab.toml", least);
    directory.write("share/tcplab/labs/borrower/lab.toml", least + borrower);
  }
  [[nodiscard]] std::string program(const std::string& lab, const std::string& role) const {
    const Syllabus syllabus = Syllabus::find(directory.path() / "bin");
    return std::filesystem::relative(syllabus.program(syllabus.lab(lab), role), directory.path()).string();
  }
};

}  // namespace

TEST_CASE("a lab's programs are its own, or those of the lab it names") {
  const Tree tree("[client]\nprogram = 'own'\n[server]\nprogram = 'own'\n");
  CHECK(tree.program("own", "client") == "bin/labs/own/client");
  CHECK(tree.program("borrower", "client") == "bin/labs/own/client");
  CHECK(tree.program("borrower", "server") == "bin/labs/own/server");
}

TEST_CASE("a program of a lab that is not there is an error that names the file, and the nearest lab") {
  const Tree tree("[client]\nprogram = 'own'\n[server]\nprogram = 'owl'\n");
  CHECK_THROWS_WITH(
      tree.program("borrower", "server"),
      test::contains("borrower/lab.toml: 'program' in [server]: there is no lab 'owl'; did you mean own?"));
}

TEST_CASE("a program that was not built is named") {
  CHECK_THROWS_WITH(Tree("").program("borrower", "client"), test::contains("bin/labs/borrower/client is missing"));
}
