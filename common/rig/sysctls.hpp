// Kernel settings of a host: those that the rig pins so that traffic does not vary, and those that a plan adds.
// Only settings of the network namespace the calling thread is in.
#pragma once

#include <map>
#include <string>

namespace tcplab::rig {

/// Sets what every host has in common, skipping what this kernel lacks.
void pin_sysctls();

/// Sets what a plan asks for. A setting that does not exist, or does not take effect, is a RigError that names it.
void set_sysctls(const std::map<std::string, std::string>& sysctls);

}  // namespace tcplab::rig
