// Captures whose packets came in fragments: every subcommand that reads captures says what it says of whole packets.
#include <fstream>
#include <iterator>

#include "capture/fragmented.hpp"
#include "command.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

using namespace tcplab;
using namespace tcplab::test;

namespace {

std::vector<Record> records_of(const std::string& lab) {
  std::ifstream stream(std::string(TCPLAB_LABS_SOURCE) + "/" + lab + "/reference/client.pcap", std::ios::binary);
  return read_file({std::istreambuf_iterator<char>(stream), {}}).records;
}

class Files {
 public:
  std::string write(const std::string& name, const Bytes& file) const {
    return folder_.write(name, std::string(file.begin(), file.end())).string();
  }

 private:
  TemporaryDirectory folder_;
};

constexpr std::size_t whole = 65'536;  // bytes in a piece: nothing is cut

/// The lab so many times, each between two addresses of its own.
std::vector<Record> many_times(const std::string& lab, unsigned count) {
  constexpr std::size_t source = 14 + 12, destination = source + 4;
  std::vector<Record> all;
  for (unsigned i = 0; i < count; ++i) {
    for (Record record : records_of(lab)) {
      if (record.bytes.at(12) != 0x08 || record.bytes.at(13) != 0x00) continue;
      put_be16(record.bytes, source + 1, i);
      put_be16(record.bytes, destination + 1, i);
      all.push_back(record);
    }
  }
  return all;
}

std::string said(const std::vector<std::string>& arguments) {
  const Result result = tcplab_says(arguments);
  INFO(result.err);
  CHECK(result.status == 0);
  return result.out;
}

}  // namespace

TEST_CASE("show and explain say the same of packets in fragments as of whole ones") {
  const Files files;
  const auto records = records_of("half-close");
  const std::string one = files.write("whole.pcap", fragmented_pcap(records, whole));
  const std::size_t lag = GENERATE(0U, 2U);
  const std::string other = files.write("cut.pcap", fragmented_pcap(records, 8, lag));
  CHECK(said({"show", other}) == said({"show", one}));
  CHECK(said({"show", "--connection", "1", other}) == said({"show", one}));
  CHECK(said({"show", "--endpoint", "10.0.0.1", other}) == said({"show", one}));
  CHECK(said({"explain", other}) == said({"explain", one}));
  said({"compare", one, other});
}

TEST_CASE("flows says the same of packets in fragments as of whole ones, with any number of threads") {
  const Files files;
  const auto records = many_times("half-close", 600);
  const Bytes fragments = fragmented_pcap(records, 8, 100);
  REQUIRE(fragments.size() > 4 * 512 * std::size_t{1024});  // several chunks for the threads
  const std::string one = files.write("whole.pcap", fragmented_pcap(records, whole)),
                    other = files.write("cut.pcap", fragments);
  const std::string expected = said({"flows", one}), in_full = said({"flows", "--json", other});
  CHECK(std::ranges::count(expected, '\n') == 601);
  for (const char* threads : {"1", "2", "3", "5"}) {
    CHECK(said({"flows", "--threads", threads, other}) == expected);
    CHECK(said({"flows", "--json", "--threads", threads, other}) == in_full);
  }
}

TEST_CASE("what is missing of a packet in fragments is told, and is no error") {
  const Files files;
  const auto records = records_of("hello");
  Bytes file = fragmented_pcap(records, 24);
  constexpr std::size_t record_header = 16, last_frame = 14 + 20 + 8;
  file.resize(file.size() - record_header - last_frame);
  const std::string cut = files.write("cut.pcap", file);
  std::vector<std::vector<std::string>> commands = {
      {"show", cut}, {"explain", cut}, {"show", "--connection", "1", cut}};
  for (const char* threads : {"1", "3"}) commands.push_back({"flows", "--threads", threads, cut});
  for (const auto& command : commands) {
    INFO(command.front());
    const Result result = tcplab_says(command);
    CHECK(result.status == 0);
    CHECK_THAT(result.err, contains("note: ") &&
                               contains("1 IP packet with TCP is left out: its fragments are not all in the capture"));
  }
}
