#include "lesson/lesson.hpp"

#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;

namespace {

const std::string least = "title = 't'\nsummary = 's'\ngroup = 'g'\n";

Lesson lab_from(const std::string& toml) {
  const test::TemporaryDirectory directory;
  return load_lesson(directory.write("a-lab/lab.toml", toml).parent_path());
}

/// What load_lesson says, without the folder.
std::string error_of(const std::string& toml) {
  try {
    lab_from(toml);
  } catch (const LessonError& error) {
    const std::string what = error.what();
    return what.substr(what.find("lab.toml"));
  }
  return "no error";
}

}  // namespace

TEST_CASE("what lab.toml leaves out has its default") {
  const Lesson lab = lab_from(least);
  CHECK(lab.name == "a-lab");
  CHECK(lab.title == "t");
  CHECK(lab.delay == std::chrono::milliseconds(20));
  CHECK(lab.client.exit_status == 0);
  CHECK(lab.client.arguments.empty());
  CHECK(lab.rfc.empty());
  CHECK(lab.rules.empty());
  CHECK(lab.deadline == std::chrono::seconds(10));
  CHECK(lab.client.program_of.empty());
  CHECK_FALSE(lab.needs_wire());
}

TEST_CASE("control characters in what lab.toml tells are escaped") {
  const Lesson lab =
      lab_from("title = \"\\u001b[31mt\"\nsummary = \"s\\u0007\"\ngroup = \"g\\u009b\"\nrfc = [\"\\u0000\"]\n");
  CHECK(lab.title == "\\x1b[31mt");
  CHECK(lab.summary == "s\\x07");
  CHECK(lab.group == "g\\xc2\\x9b");
  CHECK(lab.rfc == std::vector<std::string>{"\\x00"});
}

TEST_CASE("every key of lab.toml is read") {
  const Lesson lab = lab_from(least +
                              "rfc = ['RFC 9293']\n[link]\ndelay_ms = 5\n[client]\narguments = ['-x']\nexit = "
                              "3\n[server.sysctl]\n'net.ipv4.tcp_sack' = '0'\n");
  CHECK(lab.rfc == std::vector<std::string>{"RFC 9293"});
  CHECK(lab.delay == std::chrono::milliseconds(5));
  CHECK(lab.client.arguments == std::vector<std::string>{"-x"});
  CHECK(lab.client.exit_status == 3);
  CHECK(lab.server.sysctls.at("net.ipv4.tcp_sack") == "0");
  const Lesson other = lab_from(least + "deadline_s = 20\n[link]\nwire_only = true\n[server]\nprogram = 'hello'\n");
  CHECK(other.deadline == std::chrono::seconds(20));
  CHECK(other.needs_wire());
  CHECK(other.server.program_of == "hello");
  CHECK(other.client.program_of.empty());
}

TEST_CASE("a lab's rules are read in their order, and need the wire") {
  const Lesson lab = lab_from(least + "rules = [\"drop the client's 1st F.\", \"duplicate the server's 2nd .\"]\n");
  REQUIRE(lab.rules.size() == 2);
  CHECK(lab.rules[0].text == "drop the client's 1st F.");
  CHECK(std::holds_alternative<Drop>(lab.rules[0].deed));
  CHECK(std::holds_alternative<Duplicate>(lab.rules[1].deed));
  CHECK(lab.needs_wire());
}

TEST_CASE("what lab.toml has wrong is named with its line") {
  CHECK(error_of(least + "titel = 'x'\n") == "lab.toml:4: unknown key 'titel'");
  CHECK(error_of(least + "[link]\ndelai_ms = 3\n") == "lab.toml:5: unknown key 'delai_ms' in [link]");
  CHECK(error_of(least + "[link]\ndelay_ms = '3'\n") == "lab.toml:5: 'delay_ms' must be a whole number");
  CHECK(error_of(least + "[link]\ndelay_ms = -1\n") == "lab.toml:5: 'delay_ms' must lie between 0 and 10000");
  CHECK(error_of(least + "rfc = 'one'\n") == "lab.toml:4: 'rfc' must be a list of strings");
  CHECK(error_of(least + "rules = [\n  \"drop the client's 1st F.\",\n  \"drop the client's 1st X\",\n]\n") ==
        "lab.toml:6: 'drop the client's 1st X': unknown flags 'X' (letters of FSRP.UEW, or none)");
  CHECK(error_of(least + "rules = 'stop'\n") == "lab.toml:4: 'rules' must be a list of strings");
  CHECK(error_of(least + "deadline_s = 301\n") == "lab.toml:4: 'deadline_s' must lie between 1 and 300");
  CHECK(error_of(least + "[link]\nwire_only = 1\n") == "lab.toml:5: 'wire_only' must be true or false");
  CHECK(error_of(least + "[client]\nprogram = 1\n") == "lab.toml:5: 'program' must be a string");
  CHECK(error_of(least + "link = 3\n") == "lab.toml:4: 'link' must be a table");
  CHECK(error_of(least + "[client.sysctl]\n'net.x' = 1\n") ==
        "lab.toml:5: 'net.x' must be a string, as the kernel reads it");
  CHECK(error_of(least + "[client.sysctl]\nnet.x = '1'\n") ==
        "lab.toml:5: a setting's whole name stands in quotation marks in [client.sysctl]");
  CHECK(error_of(least + "[client.sysctl]\n'kernel.x' = '1'\n") ==
        "lab.toml:5: 'kernel.x' is no setting of a host (only net.* is) in [client.sysctl]");
  CHECK(error_of("title = 't'\nsummary = 's'\n") == "lab.toml: 'group' is missing");
  CHECK(error_of(least + "x = \n").find("lab.toml:4: ") == 0);
}

TEST_CASE("a folder without a lab.toml is an error that names the file") {
  CHECK_THROWS_AS(load_lesson("/nonexistent/lab"), LessonError);
}
