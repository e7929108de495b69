// What a person can do about a call that failed.
#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "endpoint/options.hpp"

namespace tcplab {

/// `role` is this program's; `program` is the path that this program was started by. Empty when there is nothing useful
/// to say.
std::string hint_for(std::string_view step, const std::error_code& error, Role role, const Options& options,
                     const std::string& program);

}  // namespace tcplab
