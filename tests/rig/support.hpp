// What the rig's tests share: a plan around tests/rig/programs/peer.cpp, and what a recording holds, as short texts.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "rig/recording.hpp"
#include "support/eventually.hpp"
#include "support/temporary_directory.hpp"

namespace tcplab::test {

/// An environment variable, set (or, with nullptr, not set) until the scope ends.
class Environment {
 public:
  Environment(std::string name, const char* value);
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

 private:
  std::string name_;
  std::string before_;
  bool was_set_;
};

using Texts = std::vector<std::string>;

/// Two peers that behave as named, on a wire of 2 ms.
RecordingPlan plan(const std::string& client, const std::string& server);

/// Skips the test where this machine lets nobody record.
void require_namespaces();

/// What `work` returns in a process of its own, which may then change its namespaces.
std::string in_another_process(const std::function<std::string()>& work);

/// Takes such a process into a user namespace of its own, where it keeps its number.
bool enter_user_namespace(int other_namespaces = 0);

/// The error of a recording that must fail.
RigError failure_of(const RecordingPlan& plan, const std::filesystem::path& folder);

/// A capture's frames.
std::vector<std::vector<std::uint8_t>> frames(const std::filesystem::path& capture);

/// A capture's segments: "> S", "< P. 13", the server's with "<".
Texts segments(const std::filesystem::path& capture);

/// The states of one host in an event log, in order.
Texts states(const std::filesystem::path& events, const std::string& host);

/// What the wire did and what happened to hosts, in order: "server held F.", "client killed".
Texts wire_events(const std::filesystem::path& events);

/// Names of the files in a folder, sorted.
Texts files(const std::filesystem::path& folder);

}  // namespace tcplab::test
