#include "capture/format.hpp"

#include <stdexcept>

#include "capture/foreign_file.hpp"
#include "capture/pcap.hpp"
#include "capture/pcapng.hpp"

namespace tcplab {

std::unique_ptr<CaptureReader::Format> CaptureReader::Format::of(Source source) {
  // No more than the magic number is waited for: a live pipe may stop behind the file header for long.
  const ByteView magic = source.peek(4);
  if (Pcap::begins(magic)) return std::make_unique<Pcap>(std::move(source));
  if (Pcapng::begins(magic)) return std::make_unique<Pcapng>(std::move(source));
  throw std::runtime_error("cannot read capture " + source.name() + ": " +
                           foreign_file(source.peek(foreign_file_bytes)));
}

bool CaptureReader::Format::stop(std::uint64_t offset, const std::string& what) {
  problem_ = CaptureProblem{offset, what};
  stopped_ = true;
  return false;
}

void CaptureReader::Format::pass_over(std::uint64_t offset, const std::string& what) {
  if (!problem_) problem_ = CaptureProblem{offset, what};
}

LinkType CaptureReader::Format::link_type(std::uint16_t number) {
  return number == 12 || number == 14 ? LinkType::raw : LinkType{number};
}

std::string CaptureReader::Format::cut_off(const std::string& what, std::uint64_t there, std::uint64_t wanted) {
  return what + " is cut off (" + std::to_string(there) + " of " + std::to_string(wanted) + " bytes)";
}

}  // namespace tcplab
