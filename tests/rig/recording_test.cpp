#include "rig/recording.hpp"

#include <poll.h>
#include <unistd.h>

#include <cstdlib>

#include "rig/host.hpp"
#include "rig/interface.hpp"
#include "rig/namespaces.hpp"
#include "rig/support.hpp"
#include "support/catch.hpp"

namespace tcplab::test {
namespace {

const Texts hello_at_client = {"> S", "< S.", "> .", "< P. 13", "> .", "< F.", "> .", "> F.", "< ."};
const Texts hello_at_server = {"> S", "< S.", "> .", "< P. 13", "< F.", "> .", "> .", "> F.", "< ."};

void check_hello(const RecordingOutcome& outcome) {
  CHECK(outcome.client.exit_status == 0);
  CHECK(outcome.client.output == "read 13 bytes\n");
  CHECK(outcome.server.exit_status == 0);
  CHECK(outcome.server.output == "served\n");
  CHECK(outcome.at_rest);
}

TEST_CASE("a recording on the wire holds each segment once at each host, in that host's order") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("hello", "hello"), folder.path()).finish();
  check_hello(outcome);
  CHECK(files(folder.path()) == Texts{"client.pcap", "events.ndjson", "server.pcap"});
  REQUIRE(outcome.captures.size() == 2);
  CHECK(segments(outcome.captures[0]) == hello_at_client);
  CHECK(segments(outcome.captures[1]) == hello_at_server);
  CHECK(outcome.times.size() == 4);
}

TEST_CASE("a recording on loopback holds each segment once") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan loopback = plan("hello", "hello");
  loopback.link = LinkKind::loopback;
  const RecordingOutcome outcome = Recording(loopback, folder.path()).finish();
  check_hello(outcome);
  CHECK(outcome.attachment == "loopback");
  CHECK(files(folder.path()) == Texts{"events.ndjson", "loopback.pcap"});
  REQUIRE(outcome.captures.size() == 1);
  CHECK(segments(outcome.captures[0]) == hello_at_client);
}

void check_attachment(const char* attachment) {
  const Environment forced("TCPLAB_ATTACHMENT", attachment);
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("hello", "hello"), folder.path()).finish();
  CHECK(outcome.attachment == attachment);
  check_hello(outcome);
  CHECK(segments(outcome.captures[0]) == hello_at_client);
  CHECK(segments(outcome.captures[1]) == hello_at_server);
}

TEST_CASE("hosts can hang on the wire by TAP") {
  require_namespaces();
  const char* node = std::getenv("TCPLAB_TUN");
  if (::access(node != nullptr ? node : "/dev/net/tun", R_OK | W_OK) != 0) skip("/dev/net/tun cannot be opened");
  check_attachment("tap");
}

TEST_CASE("hosts can hang on the wire by veth, with the same segments") {
  require_namespaces();
  check_attachment("veth");
}

TEST_CASE("a host on veth gets what the wire gives it from the first frame on") {
  require_namespaces();
  const std::string lost = in_another_process([] {
    rig::enter_namespaces();
    std::vector<rig::WiredHost> hosts;
    std::string names;
    for (int i = 0; i < 10; ++i) {
      const std::string name = "client" + std::to_string(i);
      rig::WiredHost& one = hosts.emplace_back(rig::make_wired_host(End::client, rig::AttachmentKind::veth, {}, name));
      one.nic.write(std::vector<std::uint8_t>(60, 0xff));
      const rig::Visit there(one.host.network.get());
      if (rig::frames_received(one.host.interface) == 0) names += name + " ";
    }
    return names + "of " + std::to_string(hosts.size());
  });
  CHECK(lost == "of 10");
}

TEST_CASE("all of a recording runs on one processor, which keeps its segments in their order") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("list-processors", "list-processors"), folder.path()).finish();
  CHECK(outcome.client.output == outcome.server.output);
  const std::string words = "processors: ";
  REQUIRE(outcome.client.output.starts_with(words));
  CHECK(outcome.client.output.find_first_not_of("0123456789", words.size()) == outcome.client.output.size() - 1);
}

TEST_CASE("a megabyte crosses the wire in segments no longer than the MTU") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("hello", "much"), folder.path()).finish();
  CHECK(outcome.client.output == "read 1048576 bytes\n");
  for (const std::string& segment : segments(outcome.captures[0])) {
    const auto length = segment.find_first_of("0123456789");
    if (length != std::string::npos) CHECK(std::stoi(segment.substr(length)) <= 1448);
    CHECK(segment.find("wrong") == std::string::npos);
  }
}

TEST_CASE("several recordings run side by side without seeing each other") {
  require_namespaces();
  std::vector<TemporaryDirectory> folders(3);
  std::vector<Recording> recordings;
  for (const auto& folder : folders) recordings.emplace_back(plan("hello", "hello"), folder.path());
  for (Recording& recording : recordings) {
    pollfd ready{recording.descriptor(), POLLIN, 0};
    REQUIRE(::poll(&ready, 1, 60'000) == 1);
    CHECK((ready.revents & POLLIN) != 0);
    const RecordingOutcome outcome = recording.finish();
    check_hello(outcome);
    CHECK(segments(outcome.captures[0]) == hello_at_client);
    CHECK(segments(outcome.captures[1]) == hello_at_server);
  }
}

TEST_CASE("a program gets its standard descriptors, the event log, and nothing else") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("list-descriptors", "wait-for-input"), folder.path()).finish();
  CHECK(outcome.client.output == "descriptors: 0 1 2 3\n");
}

TEST_CASE("the server's input ends when the client has ended") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("connect", "wait-for-input"), folder.path()).finish();
  CHECK(outcome.server.exit_status == 0);
  CHECK(outcome.server.output == "input ended\n");
}

TEST_CASE("a program's output is collected up to a limit and never blocks it") {
  require_namespaces();
  const TemporaryDirectory folder;
  const RecordingOutcome outcome = Recording(plan("babble", "wait-for-input"), folder.path()).finish();
  CHECK(outcome.client.exit_status == 0);
  CHECK(outcome.client.output.size() == 1 << 20);
}

TEST_CASE("a folder that is not there, or not empty, is refused at once") {
  const TemporaryDirectory folder;
  CHECK_THROWS_AS(Recording(plan("hello", "hello"), folder.path() / "absent"), std::system_error);
  std::filesystem::create_directory(folder.path() / "something");
  CHECK_THROWS_AS(Recording(plan("hello", "hello"), folder.path()), std::system_error);
}

}  // namespace
}  // namespace tcplab::test
