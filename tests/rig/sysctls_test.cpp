#include "rig/support.hpp"
#include "support/catch.hpp"

namespace tcplab::test {
namespace {

TEST_CASE("a plan's sysctl takes effect on its host, and on that alone") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan without_options = plan("hello", "hello");
  without_options.client.sysctls = {{"net.ipv4.tcp_ecn", "1"}};
  const RecordingOutcome outcome = Recording(without_options, folder.path()).finish();
  const Texts seen = segments(outcome.captures[0]);
  REQUIRE(seen.size() >= 2);
  CHECK(seen[0] == "> SEW");
  CHECK(seen[1] == "< S.E");
}

TEST_CASE("a sysctl that is not there is named") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan wrong = plan("hello", "hello");
  wrong.server.sysctls = {{"net.ipv4.tcp_sakc", "1"}};
  const RigError error = failure_of(wrong, folder.path());
  CHECK(std::string(error.what()) == "set net.ipv4.tcp_sakc to \"1\": No such file or directory");
  CHECK(error.hint().find("no such setting") != std::string::npos);
  CHECK(files(folder.path()).empty());
}

TEST_CASE("a value that the kernel refuses is named") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan wrong = plan("hello", "hello");
  wrong.client.sysctls = {{"net.ipv4.tcp_sack", "many"}};
  CHECK(std::string(failure_of(wrong, folder.path()).what()).starts_with("set net.ipv4.tcp_sack to \"many\": "));
}

TEST_CASE("a sysctl that is another afterwards is named, with the value it has") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan wrong = plan("hello", "hello");
  wrong.client.sysctls = {{"net.ipv4.tcp_sack", "01"}};
  const RigError error = failure_of(wrong, folder.path());
  CHECK(std::string(error.what()) == "set net.ipv4.tcp_sack to \"01\": it is \"1\" afterwards");
  CHECK(error.hint() == "give a value that the kernel takes");
}

TEST_CASE("a sysctl of the whole machine is refused") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan wrong = plan("hello", "hello");
  wrong.client.sysctls = {{"kernel.panic", "1"}};
  CHECK(failure_of(wrong, folder.path()).hint() == "only net.* can be set");
}

TEST_CASE("on loopback the two hosts cannot differ in a sysctl") {
  require_namespaces();
  const TemporaryDirectory folder;
  RecordingPlan torn = plan("hello", "hello");
  torn.link = LinkKind::loopback;
  torn.client.sysctls = {{"net.ipv4.tcp_sack", "0"}};
  torn.server.sysctls = {{"net.ipv4.tcp_sack", "1"}};
  CHECK(std::string(failure_of(torn, folder.path()).what()).find("net.ipv4.tcp_sack") != std::string::npos);
}

}  // namespace
}  // namespace tcplab::test
