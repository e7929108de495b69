// The `tcplab` command as a person or a script meets it: its output, its errors, its exit codes.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>

#include "command.hpp"
#include "json/json_text.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/temporary_directory.hpp"

using tcplab::test::Result;
using tcplab::test::tcplab_says;
using tcplab::test::TemporaryDirectory;

namespace {

std::string reference(const std::string& lab, const std::string& file = "") {
  return std::string(TCPLAB_LABS_SOURCE) + "/" + lab + "/reference" + (file.empty() ? "" : "/" + file);
}

std::string text_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Lines are broken to fit a terminal; this joins them again.
std::string on_one_line(const std::string& text) {
  std::string joined;
  for (const char letter : text) {
    const bool blank = letter == ' ' || letter == '\n';
    if (!blank)
      joined += letter;
    else if (!joined.empty() && joined.back() != ' ')
      joined += ' ';
  }
  return joined;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("without a command, the help goes to standard error and the exit code is 2") {
  const Result result = tcplab_says({});
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK(holds(result.err, "Usage:"));
}

TEST_CASE("a call that makes no sense says what, why and what to do, and exits with 2") {
  struct Case {
    std::vector<std::string> arguments;
    std::string error, hint;
  };
  const Case cases[] = {
      {{"recrod", "hello"}, "there is no command 'recrod'", "`tcplab --help` lists them"},
      {{"show", "--colour"}, "colour", "`tcplab show --help` lists the options"},
      {{"show"}, "show what?", "FILE|DIR"},
      {{"explain"}, "explain what?", "FILE|DIR"},
      {{"explain", "--lang", "xx", "x.pcap"}, "there is no language xx", "en and zh"},
      {{"record"}, "record which lab?", "--all"},
      {{"record", "helo"}, "there is no lab 'helo'", "did you mean hello?"},
      {{"record", "hello", "--link", "wifi"}, "unknown link 'wifi'", "--link loopback"},
      {{"record", "hello", "--times", "0"}, "--times must be at least 1", ""},
      {{"record", "hello", "--times", "x"}, "x", "--help"},
      {{"record", "hello", "--link", "loopback", "--delay", "3"}, "--delay is the wire's", ""},
      {{"record", "hello", "--link", "loopback", "--rule", "drop the client's 1st F."},
       "--rule is obeyed by the wire",
       ""},
      {{"record", "hello", "--link", "loopback", "--set", "client:a.b=c"}, "--set is for one of two hosts", ""},
      {{"record", "hello", "--rule", "drop the client's 1st X"}, "unknown flags 'X'", "docs/rules.md"},
      {{"record", "hello", "--set", "net.ipv4.tcp_sack=0"}, "cannot read --set", "--set HOST:SYSCTL=VALUE"},
      {{"record", "hello", "--set", "router:net.ipv4.tcp_sack=0"}, "cannot read --set", "--set HOST:SYSCTL=VALUE"},
      {{"record", "hello", "--set", "client:net.ipv4.tcp_sack"}, "cannot read --set", "--set HOST:SYSCTL=VALUE"},
      {{"record", "hello", "--set", "client:net.ipv4.tcp_sack="}, "cannot read --set", "--set HOST:SYSCTL=VALUE"},
      {{"record", "hello", "--set", "client:kernel.hostname=x"}, "'kernel.hostname' is no setting of a host", "net.*"},
      {{"record", "lost-fin", "--link", "loopback"}, "lost-fin cannot be done on loopback", "tcplab record lost-fin"},
      {{"run", "lost-fin"}, "lost-fin cannot be done on loopback", "tcplab record lost-fin"},
      {{"record", "options", "--link", "loopback"}, "its ladder is that of two hosts", "tcplab record options"},
      {{"run"}, "run which lab?", "tcplab list"},
      {{"run", "hello", "--port", "99999"}, "there is no port 99999", "1 to 65535"},
      {{"show", "one,two.pcap"}, "cannot open capture one,two.pcap", ""},
      {{"compare", "hello"}, "compare needs two recordings", "tcplab compare A B"},
      {{"compare", "-", "-"}, "only one of the two can be standard input", ""},
      {{"compare", "hello", "helo"}, "there is no lab 'helo'", "did you mean hello?"},
      {{"compare", "hello", "none.pcap"}, "cannot open capture none.pcap", ""},
      {{"check", "hello"}, "check needs a lab and a capture", "FILE|DIR"},
      {{"states", "again"}, "takes no 'again'", ""},
  };
  for (const Case& expected : cases) {
    const Result result = tcplab_says(expected.arguments);
    INFO(result.err);
    CHECK(result.status == 2);
    CHECK(result.err.find("error: ") == 0);
    CHECK(holds(result.err, expected.error));
    CHECK(holds(result.err, expected.hint));
    CHECK(result.out.empty());
  }
}

TEST_CASE("list has every lab, and its JSON the same") {
  const Result text = tcplab_says({"list"}), data = tcplab_says({"list", "--json"});
  CHECK(text.status == 0);
  for (const auto& lab : tcplab::json_from(data.out)) {
    CHECK(holds(text.out, lab["name"].get<std::string>()));
    CHECK(holds(on_one_line(text.out), lab["summary"].get<std::string>()));
  }
  CHECK(tcplab::json_from(data.out).size() >= 7);
}

TEST_CASE("show draws the same ladder from a folder and from its two captures, in either order") {
  const Result folder = tcplab_says({"show", "--plain", reference("hello")});
  CHECK(folder.status == 0);
  CHECK(holds(folder.out, "seen at both ends"));
  CHECK(holds(folder.out, "CLOSE-WAIT"));
  CHECK(tcplab_says({"show", reference("hello", "client.pcap"), reference("hello", "server.pcap")}).out == folder.out);
  CHECK(tcplab_says({"show", reference("hello", "server.pcap"), reference("hello", "client.pcap")}).out == folder.out);
}

TEST_CASE("show of a recording's folder has the programs' calls beside the segments") {
  const std::string folder = reference("half-close");
  const Result text = tcplab_says({"show", folder});
  CHECK(text.status == 0);
  // What the server did meanwhile may stand beside it.
  const std::size_t row = text.out.find("\n 6   FIN-WAIT-1    -->  F.");
  REQUIRE(row != std::string::npos);
  const std::size_t above = text.out.rfind('\n', row - 1) + 1;
  CHECK(text.out.substr(above, row - above).starts_with("#    shutdown"));
  CHECK_FALSE(holds(tcplab_says({"show", "--plain", folder}).out, "shutdown"));
  CHECK_FALSE(holds(tcplab_says({"show", "--ladder", folder}).out, "shutdown"));

  const auto object = tcplab::json_from(tcplab_says({"show", "--json", folder}).out);
  const auto& remark = object["rows"][5]["remarks"].back();
  CHECK(remark["end"] == "client");
  CHECK(remark["text"] == "shutdown");
  CHECK(remark["time"].is_string());
  CHECK(object["closing_remarks"].back()["text"] == "close");
}

TEST_CASE("show of a folder whose events are damaged names file and line") {
  const TemporaryDirectory directory;
  for (const char* file : {"client.pcap", "server.pcap"}) directory.write(file, text_of(reference("hello", file)));
  directory.write("events.ndjson", "{}\n");
  const Result result = tcplab_says({"show", directory.path().string()});
  CHECK(result.status == 2);
  CHECK(holds(result.err, "events.ndjson:1: no text 'kind'"));
  CHECK(tcplab_says({"show", "--plain", directory.path().string()}).status == 0);
}

TEST_CASE("show reads standard input") {
  const std::string file = reference("hello", "client.pcap");
  tcplab::test::Program program("/bin/sh", {"-c", "exec \"$0\" show - < \"$1\"", TCPLAB_COMMAND, file});
  program.close_input();
  CHECK(program.end() == 0);
  CHECK(program.out() == tcplab_says({"show", file}).out);
}

TEST_CASE("explain tells each segment, in the language that is asked for") {
  CHECK(holds(tcplab_says({"explain", reference("hello")}).out, "shutdown(SHUT_WR), as recorded"));
  CHECK_FALSE(holds(tcplab_says({"explain", "--plain", reference("hello")}).out, "as recorded"));
  CHECK(holds(tcplab_says({"explain", "--lang", "zh", reference("hello")}).out, "通过三次握手建立连接"));
  CHECK(holds(tcplab_says({"show", "--lang", "zh", reference("hello")}).out, "通过三次握手建立连接"));
  const auto object = tcplab::json_from(tcplab_says({"explain", "--json", reference("refused")}).out);
  CHECK(holds(object["rows"][1]["text"], "RST: nobody listens on port 12345"));
}

TEST_CASE("show and explain keep to the connections that are asked for") {
  const std::string two = reference("half-open-reopen");
  const auto separators = [](const Result& result) { return holds(result.out, std::string(79, '-')); };
  CHECK(separators(tcplab_says({"explain", two})));
  const Result second = tcplab_says({"explain", "--connection", "2", two});
  CHECK_FALSE(separators(second));
  CHECK(holds(second.out, "accept again"));
  CHECK(tcplab_says({"explain", "--connection", "3", two}).status == 2);
  CHECK(separators(tcplab_says({"show", "--endpoint", "10.0.0.2:12345", two})));
  CHECK(tcplab_says({"show", "--endpoint", "10.0.0.9", two}).out.empty());
  CHECK(tcplab_says({"show", "--endpoint", "somewhere", two}).status == 2);
}

TEST_CASE("show --json has one object a connection") {
  const Result result = tcplab_says({"show", "--json", reference("refused")});
  const auto object = tcplab::json_from(result.out);
  CHECK(object["opening"] == "refused");
  CHECK(object["rows"].size() == 2);
}

TEST_CASE("what show --ladder prints is what check reads") {
  const Result result = tcplab_says({"show", "--ladder", reference("hello")});
  CHECK(result.status == 0);
  CHECK(holds(text_of(std::string(TCPLAB_LABS_SOURCE) + "/hello/ladder.txt"), "FIN-WAIT-1"));
  CHECK(result.out.find("client") != std::string::npos);
}

TEST_CASE("a capture that is cut off is shown as far as it goes, with the place where it ends") {
  const TemporaryDirectory directory;
  const std::string whole = text_of(reference("hello", "client.pcap"));
  const auto cut = directory.write("cut.pcap", whole.substr(0, whole.size() - 10));
  const Result result = tcplab_says({"show", cut.string()});
  CHECK(result.status == 2);
  CHECK(holds(result.err, "cut.pcap: at byte "));
  CHECK(holds(result.out, "SYN-SENT"));
}

TEST_CASE("no control character of an error, of a file's name or of an event log reaches a terminal") {
  const TemporaryDirectory directory;
  const std::string whole = text_of(reference("hello", "client.pcap"));
  const auto cut = directory.write("\x1b[2J.pcap", whole.substr(0, whole.size() - 10));
  CHECK(holds(tcplab_says({"show", cut.string()}).err, "warning: " + directory.path().string() + "/\\x1b[2J.pcap: at"));
  CHECK(holds(tcplab_says({"show", "\x1b[2J"}).err, "error: cannot open capture \\x1b[2J: "));
  for (const char* file : {"client.pcap", "server.pcap"}) directory.write(file, text_of(reference("hello", file)));
  const std::string log = text_of(reference("hello", "events.ndjson"));
  directory.write("events.ndjson", std::regex_replace(log, std::regex(R"("name":")"), R"($&\u001b[2J)"));
  const Result result = tcplab_says({"show", directory.path().string()});
  CHECK(result.status == 0);
  CHECK(holds(result.out, "\\x1b[2J"));
  CHECK_FALSE(holds(result.out, "\x1b"));
}

TEST_CASE("what is no capture is refused by name") {
  const TemporaryDirectory directory;
  const Result text = tcplab_says({"show", directory.write("notes.txt", "these are notes\n").string()});
  CHECK(text.status == 2);
  CHECK(holds(text.err, "notes.txt"));
  const Result missing = tcplab_says({"show", "/nonexistent.pcap"});
  CHECK(missing.status == 2);
  CHECK(holds(missing.err, "cannot open"));
  CHECK(holds(missing.err, "No such file or directory"));
  const Result empty_folder = tcplab_says({"show", directory.path().string()});
  CHECK(empty_folder.status == 2);
  CHECK(holds(empty_folder.err, "holds no recording"));
}

TEST_CASE("check says yes with 0, and no with 1, the first difference and its usual cause") {
  const Result yes = tcplab_says({"check", "three-segment-close", reference("three-segment-close")});
  CHECK(yes.status == 0);
  CHECK(holds(yes.out, "it matches"));
  const Result no = tcplab_says({"check", "four-segment-close", reference("three-segment-close")});
  CHECK(no.status == 1);
  CHECK(holds(no.out, "The first difference"));
  CHECK(holds(no.out, "delayed ACK"));
  const auto data =
      tcplab::json_from(tcplab_says({"check", "--json", "four-segment-close", reference("three-segment-close")}).out);
  CHECK(data["matches"] == false);
  CHECK(data["difference"]["expected_row"].is_number());
}

TEST_CASE("check takes another system's ladder by name only, and says so where it would match") {
  const std::string killed = reference("process-killed"), hello = reference("hello");
  CHECK(tcplab_says({"check", "process-killed", killed, "--os", "linux"}).status == 0);
  const Result differs = tcplab_says({"check", "process-killed", killed, "--os", "windows"});
  CHECK(differs.status == 1);
  CHECK(holds(on_one_line(differs.out), "differs from the lab's ladder for windows, ladder.windows.txt"));
  const Result same = tcplab_says({"check", "rst-abort", reference("rst-abort"), "--os", "windows"});
  CHECK(same.status == 0);
  CHECK(holds(on_one_line(same.out), "none is documented for windows"));
  const Result unknown = tcplab_says({"check", "hello", hello, "--os", "beos"});
  CHECK(unknown.status == 2);
  CHECK(unknown.err == "error: unknown system 'beos'\nhint: --os linux, --os macos or --os windows\n");
  const auto data = tcplab::json_from(tcplab_says({"check", "process-killed", killed, "--os=windows", "--json"}).out);
  CHECK(data["ladder"] == "ladder.windows.txt");
  CHECK(data["matches"] == false);
}

TEST_CASE("a single capture is checked as what one end saw") {
  const Result result = tcplab_says({"check", "hello", reference("hello", "server.pcap")});
  CHECK(result.status == 0);
  CHECK(holds(on_one_line(result.out), "from one point"));
}

TEST_CASE("output that cannot be written is an error") {
  tcplab::test::Program program("/bin/sh", {"-c", "exec \"$0\" states > /dev/full", TCPLAB_COMMAND});
  program.close_input();
  CHECK(program.end() == 2);
  CHECK(program.said("cannot write to standard output"));
}

TEST_CASE("bash completes commands, options and labs from the command's own tables") {
  const TemporaryDirectory directory;
  directory.write("completion.bash", tcplab_says({"completion"}).out);
  const auto completed = [&](const std::string& words, int current) {
    const std::string script =
        "source " + (directory.path() / "completion.bash").string() + "; COMP_WORDS=(" TCPLAB_COMMAND " " + words +
        "); COMP_CWORD=" + std::to_string(current) + "; _tcplab; printf '%s\\n' \"${COMPREPLY[@]}\"";
    tcplab::test::Program program("/bin/bash", {"-c", script});
    program.close_input();
    CHECK(program.end() == 0);
    CHECK(program.err().empty());
    return program.out();
  };
  CHECK(completed("sh", 1) == "show\n");
  CHECK(completed("record half-c", 2) == "half-close\n");
  CHECK(completed("check --js", 2) == "--json\n");
}

TEST_CASE("help texts are those of tests/golden/help.txt") {
  std::string all = tcplab_says({"--help"}).out;
  for (const char* command :
       {"list", "run", "record", "show", "explain", "flows", "check", "states", "doctor", "completion", "man"}) {
    const Result result = tcplab_says({command, "--help"});
    CHECK(result.status == 0);
    all += "\n$ tcplab " + std::string(command) + " --help\n" + result.out;
  }
  all += "\n$ tcplab states\n" + tcplab_says({"states"}).out;
  const std::string file = std::string(TCPLAB_GOLDEN) + "/help.txt";
  if (std::getenv("TCPLAB_UPDATE_GOLDEN") != nullptr) std::ofstream(file, std::ios::binary) << all;
  CHECK(all == text_of(file));
}

TEST_CASE("the version names the commit and the compiler") {
  const Result result = tcplab_says({"--version"});
  CHECK(result.status == 0);
  INFO(result.out);
  CHECK(std::regex_match(result.out, std::regex("tcplab [0-9]+\\.[0-9]+\\.[0-9]+\n"
                                                "commit    (unknown|[0-9a-f]{12} of [-0-9]{10}(, with changes)?)\n"
                                                "compiler  [A-Za-z]+ [0-9.]+\n"
                                                "build     [A-Za-z]+, [A-Za-z]+ [A-Za-z0-9_]+\n")));
}

TEST_CASE("the manual page has every command and every option of the help") {
  const std::string page = tcplab_says({"man"}).out;
  const std::string help = tcplab_says({"--help"}).out;
  const std::regex command("\n  ([a-z]+) ");
  for (std::sregex_iterator found(help.begin(), help.end(), command), end; found != end; ++found) {
    const std::string name = (*found)[1];
    if (name == "tcplab") continue;
    INFO(name);
    CHECK(holds(page, "\n.SS " + name + "\n"));
    const std::string options = tcplab_says({name, "--help"}).out;
    const std::regex option("\n      --([a-z0-9-]+)");
    for (std::sregex_iterator each(options.begin(), options.end(), option); each != end; ++each)
      CHECK(holds(page, "\n\\fB\\-\\-" + std::regex_replace((*each)[1].str(), std::regex("-"), "\\-") + "\\fR"));
  }
}

TEST_CASE("compare takes captures, folders and labs' names, and exits with 0 or 1") {
  const Result same = tcplab_says({"compare", reference("hello"), "hello"});
  CHECK(same.status == 0);
  CHECK(holds(same.out, "B: the reference recording of lab hello"));
  CHECK(holds(same.out, "The same: 1 connection, compared as seen at both ends."));
  const Result one_point = tcplab_says({"compare", reference("hello", "client.pcap"), "hello"});
  CHECK(one_point.status == 0);
  CHECK(holds(on_one_line(one_point.out), "as seen from one point at the client's end"));

  const Result other = tcplab_says({"compare", "hello", "rst-abort"});
  CHECK(other.status == 1);
  CHECK(holds(other.out, "the client's FIN in A, the client's RST in B"));
  CHECK(holds(on_one_line(other.out), "recorded before it: A shutdown; B receive returns, linger 0, close"));
  const auto object = tcplab::json_from(tcplab_says({"compare", "--json", "hello", "rst-abort"}).out);
  CHECK(object["same"] == false);
  CHECK(object["differences"] == 2);
  CHECK(object["connections"][0]["differences"][1]["a"][0]["row"] == 8);
  CHECK(object["connections"][0]["outcome"]["ending"]["b"] == "abort");
}

TEST_CASE("compare of a recording that is cut off says so and exits with 2") {
  const TemporaryDirectory directory;
  const std::string whole = text_of(reference("hello", "client.pcap"));
  const auto cut = directory.write("cut.pcap", whole.substr(0, whole.size() - 5));
  const Result result = tcplab_says({"compare", cut.string(), "hello"});
  CHECK(result.status == 2);
  CHECK(holds(result.err, "warning: "));
  const auto none = directory.write("none.pcap", "no capture");
  CHECK(tcplab_says({"compare", none.string(), "hello"}).status == 2);
}
