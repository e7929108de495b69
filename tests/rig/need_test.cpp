#include "rig/need.hpp"

#include <cerrno>

#include "support/catch.hpp"

using namespace tcplab;
using rig::Need;

TEST_CASE("what the kernel refuses has a remedy that names its cause") {
  struct Case {
    Need need;
    int error_number;
    const char* part;
  };
  const Case cases[] = {{Need::namespaces, ENOSPC, "sysctl user.max_user_namespaces=15000"},
                        {Need::network_namespace, ENOSPC, "user.max_net_namespaces=15000"},
                        {Need::sysctls, EROFS, "systempaths=unconfined"},
                        {Need::sysctls, ENOENT, "tcplab doctor"},
                        {Need::tun, ENOENT, "modprobe tun"},
                        {Need::tun, ENODEV, "modprobe tun"},
                        {Need::tun, ENXIO, "modprobe tun"},
                        {Need::tun, EACCES, "chmod 666 /dev/net/tun"},
                        {Need::veth, EOPNOTSUPP, "modprobe veth"},
                        {Need::veth, ETIMEDOUT, "record again"},
                        {Need::inet_diag, ENOENT, "modprobe tcp_diag"},
                        {Need::tcpdump, ENOENT, "apt-get install tcpdump"},
                        {Need::tcpdump, EACCES, "one that you may run"},
                        {Need::folder, ENOSPC, "the disk is full"},
                        {Need::folder, EDQUOT, "the disk is full"},
                        {Need::folder, EACCES, "that you may write to"},
                        {Need::folder, EPERM, "that you may write to"},
                        {Need::folder, EROFS, "that you may write to"},
                        {Need::folder, ENOTEMPTY, "an existing, empty folder"},
                        {Need::program, ENOENT, "cmake --build"}};
  for (const Case& one : cases) CHECK_THAT(rig::remedy(one.need, one.error_number), test::contains(one.part));
}

TEST_CASE("where namespaces are refused, some remedy is named whatever the errno and the machine") {
  for (const int error_number : {EPERM, EINVAL, ENOSYS, EUSERS}) {
    CHECK_FALSE(rig::remedy(Need::namespaces, error_number).empty());
    CHECK(rig::remedy(Need::network_namespace, error_number) == rig::remedy(Need::namespaces, error_number));
  }
}

TEST_CASE("a step that fails leaves with its error and the remedy, and one that does not with its result") {
  CHECK(rig::needing(Need::folder, [] { return 7; }) == 7);
  try {
    rig::needing(Need::inet_diag, [] { throw std::system_error(ENOENT, std::generic_category(), "ask inet_diag"); });
    FAIL("nothing was thrown");
  } catch (const RigError& error) {
    CHECK(error.what() == std::string("ask inet_diag: No such file or directory"));
    CHECK(error.hint() == "sudo modprobe tcp_diag");
    CHECK_FALSE(error.interrupted());
  }
}
