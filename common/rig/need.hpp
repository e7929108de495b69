// What the rig needs of a machine, and what helps when the machine refuses it.
// The one place that turns an errno into advice; both record and doctor speak through it.
#pragma once

#include <string>
#include <system_error>
#include <utility>

#include "rig/recording.hpp"

namespace tcplab::rig {

enum class Need { namespaces, network_namespace, sysctls, tun, veth, inet_diag, tcpdump, folder, program };

/// What to do when a step that needs this failed with this errno; empty where nothing general helps.
std::string remedy(Need need, int error_number);

/// Runs a step; its std::system_error leaves as a RigError with the remedy.
template <class Step>
auto needing(Need need, Step&& step) {
  try {
    return std::forward<Step>(step)();
  } catch (const std::system_error& error) {
    throw RigError(error.what(), remedy(need, error.code().value()));
  }
}

}  // namespace tcplab::rig
