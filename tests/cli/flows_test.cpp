// `tcplab flows` as a person or a script meets it: its lines, its filters, its errors, its exit codes.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "capture/files.hpp"
#include "command.hpp"
#include "json/json_text.hpp"
#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;
using namespace tcplab::test;
using nlohmann::json;

namespace {

Result shell_says(const std::string& script) {
  return tcplab::test::program_says("/bin/sh", {"-c", script, TCPLAB_COMMAND});
}

std::string reference(const std::string& lab) {
  return std::string(TCPLAB_LABS_SOURCE) + "/" + lab + "/reference/client.pcap";
}

std::string text_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<json> objects_in(const std::string& text) {
  std::vector<json> objects;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) objects.push_back(json_from(line));
  return objects;
}

}  // namespace

TEST_CASE("flows prints a title and a line for every connection, within 80 columns") {
  const Result result = tcplab_says({"flows", reference("hello"), reference("refused")});
  CHECK(result.status == 0);
  CHECK(result.err.empty());
  CHECK_THAT(result.out, contains("client -> server"));
  CHECK_THAT(result.out, contains(" three-way four-segment\n"));
  CHECK_THAT(result.out, contains(" refused refused\n"));
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 80);
}

TEST_CASE("flows --json says of a recording what show --json does, and which file it was") {
  const auto flows = objects_in(tcplab_says({"flows", "--json", reference("half-close")}).out);
  const auto shown = objects_in(tcplab_says({"show", "--json", reference("half-close")}).out);
  REQUIRE(flows.size() == 1);
  CHECK(flows[0]["file"] == reference("half-close"));
  for (const char* field : {"client", "server", "opening", "ending", "closed_first", "zeek", "completeness"})
    CHECK(flows[0][field] == shown.at(0)[field]);
}

TEST_CASE("flows reads standard input") {
  const Result result = shell_says("\"$0\" flows --json - < " + reference("hello"));
  CHECK(result.status == 0);
  REQUIRE(objects_in(result.out).size() == 1);
  CHECK(objects_in(result.out)[0]["file"] == "-");
}

TEST_CASE("the output does not depend on the number of threads, be it one file or several") {
  std::vector<std::string> arguments = {"flows", "--json"};
  for (const char* lab : {"hello", "refused", "half-open-reopen", "simultaneous-open"})
    arguments.push_back(reference(lab));
  const auto with_threads = [&](const char* threads, std::size_t files) {
    std::vector<std::string> some(arguments.begin(), arguments.begin() + 2 + static_cast<std::ptrdiff_t>(files));
    some.insert(some.end(), {"--threads", threads});
    const Result result = tcplab_says(some);
    CHECK(result.status == 0);
    return result.out;
  };
  for (const std::size_t files : {1U, 4U}) {
    const std::string expected = with_threads("1", files);
    CHECK(with_threads("2", files) == expected);
    CHECK(with_threads("3", files) == expected);
  }
}

TEST_CASE("flows keeps what a filter lets pass") {
  const auto count = [](std::vector<std::string> filter) {
    filter.insert(filter.begin(), {"flows", "--json", reference("hello"), reference("refused")});
    const Result result = tcplab_says(filter);
    CHECK(result.status == 0);
    return objects_in(result.out).size();
  };
  CHECK(count({"--ended", "refused"}) == 1);
  CHECK(count({"--ended", "refused,four-segment"}) == 2);
  CHECK(count({"--opened", "three-way"}) == 1);
  CHECK(count({"--reset", "closed-port"}) == 1);
  CHECK(count({"--client", "10.0.0.1"}) == 2);
  CHECK(count({"--server", "10.0.0.1"}) == 0);
  CHECK(count({"--endpoint", "10.0.0.2:12345"}) == 2);
  CHECK(count({"--port", "80"}) == 0);
  CHECK(count({"--until", "1980-01-01"}) == 0);
  CHECK(count({"--since", "1980-01-01"}) == 2);
  CHECK(count({"--connection", "1"}) == 2);
}

TEST_CASE("flows of a connection that is not there says how many there are") {
  const Result result = tcplab_says({"flows", "--json", "--connection", "2", reference("hello")});
  CHECK(result.status == 2);
  CHECK(result.out.empty());
  CHECK_THAT(result.err, contains("there is no connection 2: ") && contains(" has 1\n") && contains("\nhint: "));
}

TEST_CASE("an option that makes no sense is refused with a hint where to read on") {
  const Result result = tcplab_says({"flows", "--port", "99999", reference("hello")});
  CHECK(result.status == 2);
  CHECK(result.err ==
        "error: --port: ports go up to 65535, not 99999\nhint: `tcplab flows --help` lists the options\n");
}

TEST_CASE("flows of a recording's folder reads its captures") {
  const std::string folder = reference("hello").substr(0, reference("hello").rfind('/'));
  const Result result = tcplab_says({"flows", "--json", folder});
  CHECK(result.status == 0);
  CHECK(objects_in(result.out).size() == 2);
}

TEST_CASE("a filter that makes no sense is refused, and says what would make some") {
  const auto error = [](const std::string& option, const std::string& value) {
    const Result result = tcplab_says({"flows", option, value, reference("hello")});
    CHECK(result.status == 2);
    CHECK(result.out.empty());
    return result.err;
  };
  CHECK_THAT(error("--ended", "aborted"), contains("abort, refused"));
  CHECK_THAT(error("--opened", "wide"), contains("three-way, simultaneous"));
  CHECK_THAT(error("--reset", "why"), contains("closed-port"));
  CHECK_THAT(error("--client", "localhost"), contains("10.0.0.1:80"));
  CHECK_THAT(error("--since", "noon"), contains("2026-11-20T17:30:00Z"));
  CHECK_THAT(error("--threads", "0"), contains("--threads"));
  CHECK_THAT(error("--connection", "0"), contains("counted from 1"));
}

TEST_CASE("flows of a capture that is cut off are told as far as it goes, with the place where it ends") {
  const TemporaryDirectory directory;
  const std::string whole = text_of(reference("hello"));
  const auto cut = directory.write("cut.pcap", whole.substr(0, whole.size() - 10));
  for (const char* threads : {"1", "2"}) {
    const Result result = tcplab_says({"flows", "--json", "--threads", threads, cut.string()});
    CHECK(result.status == 2);
    CHECK_THAT(result.err, contains("cut.pcap: at byte "));
    CHECK(objects_in(result.out).size() == 1);
  }
}

TEST_CASE("flows writes its title once, above nothing too, but not above a file that cannot be opened") {
  const TemporaryDirectory directory;
  const std::string title = tcplab_says({"flows", reference("hello")}).out.substr(0, 20);
  const auto empty = directory.write("empty.pcap", text_of(reference("hello")).substr(0, 24));
  const std::string absent = (directory.path() / "absent.pcap").string();
  for (const char* threads : {"1", "2"}) {
    const auto flows_of = [&](const std::vector<std::string>& files) {
      std::vector<std::string> words{"flows", "--threads", threads};
      words.insert(words.end(), files.begin(), files.end());
      return tcplab_says(words).out;
    };
    CHECK(flows_of({absent}).empty());
    CHECK(flows_of({absent, reference("hello")}).empty());
    CHECK(flows_of({empty.string()}).starts_with(title));
    const std::string both = flows_of({empty.string(), reference("hello")});
    CHECK(both.starts_with(title));
    CHECK_THAT(both, contains(" four-segment\n"));
    CHECK(both.find(title, 1) == std::string::npos);
  }
}

TEST_CASE("a reader of flows that goes away is no error, and a full disk is one") {
  CHECK(shell_says("\"$0\" flows --json " + reference("hello") + " | true").err.empty());
  const Result full = shell_says("\"$0\" flows " + reference("hello") + " > /dev/full");
  CHECK(full.status == 2);
  CHECK_THAT(full.err, contains("cannot write to standard output"));
}

TEST_CASE("show picks one connection out of a capture by its number or its endpoint") {
  const std::string capture = reference("half-open-reopen");
  const auto all = objects_in(tcplab_says({"show", "--json", capture}).out);
  REQUIRE(all.size() > 1);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Result one = tcplab_says({"show", "--json", "--connection", std::to_string(i + 1), capture});
    CHECK(one.status == 0);
    REQUIRE(objects_in(one.out).size() == 1);
    CHECK(objects_in(one.out)[0] == all[i]);
  }
  CHECK(tcplab_says({"show", "--connection", std::to_string(all.size() + 1), capture}).status == 2);
  CHECK(objects_in(tcplab_says({"show", "--json", "--endpoint", "10.0.0.2:12345", capture}).out) == all);
  CHECK(objects_in(tcplab_says({"show", "--json", "--endpoint", "10.9.9.9", capture}).out).empty());
}

TEST_CASE("one connection picked out of a capture has the ICMP errors about it, and no others") {
  const Endpoint other = endpoint("10.0.0.3", 40000), router = endpoint("10.0.0.254", 0);
  const Bytes syn = ip_packet({.flags = TcpFlags::syn}),
              others_syn = ip_packet({.source = other, .flags = TcpFlags::syn});
  Bytes file = Writer{}.pcap_header();
  std::uint32_t time = 0;
  for (const Bytes& packet : {syn, icmp_packet(router, v4_client, 11, 0, syn), others_syn,
                              icmp_packet(router, other, 11, 0, others_syn), syn})
    file = join({file, Writer{}.pcap_record(++time, 0, ethernet(0x0800, packet))});
  const TemporaryDirectory directory;
  const std::string capture = directory.write("errors.pcap", {file.begin(), file.end()}).string();
  const auto all = objects_in(tcplab_says({"explain", "--json", capture}).out);
  REQUIRE(all.size() == 2);
  CHECK(all[0]["rows"].size() == 3);
  CHECK(all[1]["rows"].size() == 2);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Result one = tcplab_says({"explain", "--json", "--connection", std::to_string(i + 1), capture});
    CHECK(objects_in(one.out) == std::vector{all[i]});
  }
}
