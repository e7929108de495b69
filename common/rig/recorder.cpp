// tcpdump's start, its end, and three counts that must agree: the frames that passed the interface, those that tcpdump
// says it captured, and those in the file. tcpdump says nothing of a full disk, and "0 dropped" also when all was lost.
#include "rig/recorder.hpp"

#include <fcntl.h>

#include <array>
#include <cctype>
#include <fstream>

#include "rig/need.hpp"

namespace tcplab::rig {
namespace {

constexpr std::uint64_t file_header_bytes = 24;
constexpr std::uintmax_t room_bytes = 65536;  ///< a disk with less is full, for a capture

using Strings = std::vector<std::string>;

/// "-U --immediate-mode": without them it keeps what is younger than a second to itself.
/// "-s" and "-B": its buffer has room for that many KiB in slots of the largest frame; by default that is 16 frames.
ChildPlan tcpdump_on(const Host& host, const std::filesystem::path& file) {
  ChildPlan plan;
  plan.path = find_on_path("tcpdump");
  plan.arguments = {"-i", host.interface, "-U", "--immediate-mode", "-nn", "--time-stamp-precision=nano",
                    "-w", file.string()};
  const Strings buffer =
      host.interface == loopback_interface ? Strings{"-s", "65600", "-B", "8192"} : Strings{"-s", "2048", "-B", "4096"};
  plan.arguments.insert(plan.arguments.end(), buffer.begin(), buffer.end());
  if (::geteuid() == 0) plan.arguments.insert(plan.arguments.end(), {"-Z", "root"});
  plan.environment = {"LC_ALL=C"};
  plan.network_namespace = host.network.get();
  plan.keeps_rights = true;
  return plan;
}

std::string text_of(std::uint64_t number) {
  return std::to_string(number);
}

bool is_full(const std::filesystem::path& folder) {
  std::error_code error;
  const auto space = std::filesystem::space(folder, error);
  return !error && space.available < room_bytes;
}

/// tcpdump could not, or did not, write its file.
[[noreturn]] void report_unwritten(const std::filesystem::path& file, const std::string& how) {
  const bool full = is_full(file.parent_path());
  throw RigError("write " + file.string() + ": " + (full ? "No space left on device: " : "") + how,
                 full ? remedy(Need::folder, ENOSPC) : "does tcpdump -i lo -w " + file.string() + " work by hand?");
}

}  // namespace

Recorder::Recorder(const Host& host, std::filesystem::path file, Loop& loop)
    : file_(std::move(file)),
      passes_twice_(host.interface == loopback_interface),
      tcpdump_(needing(Need::tcpdump, [&] { return Child(tcpdump_on(host, file_), loop); })) {}

bool Recorder::is_capturing() {
  if (tcpdump_.output().find("listening on") != std::string::npos) return true;
  if (tcpdump_.has_ended()) report_unwritten(file_, "tcpdump did not start: " + tcpdump_.output());
  return false;
}

std::uint64_t Recorder::frames_on_disk() {
  if (!contents_) contents_ = Fd(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
  const auto end = static_cast<std::uint64_t>(std::max<off_t>(::lseek(contents_.get(), 0, SEEK_END), 0));
  if (read_to_ == 0) read_to_ = file_header_bytes;
  std::array<std::uint32_t, 4> header{};  // seconds, fraction, captured length, length: in our byte order
  for (;; ++frames_) {
    const auto length = ::pread(contents_.get(), header.data(), sizeof header, static_cast<off_t>(read_to_));
    const std::uint64_t next = read_to_ + sizeof header + header[2];
    if (length != static_cast<ssize_t>(sizeof header) || next > end) return frames_;
    read_to_ = next;
  }
}

bool Recorder::has_told_counts() const {
  return tcpdump_.has_ended() || tcpdump_.output().find("dropped by kernel") != std::string::npos;
}

std::uint64_t Recorder::count(const std::string& words) const {
  const std::string& told = tcpdump_.output();
  const auto start = told.find_last_of('\n', told.find(words));
  if (start == std::string::npos || std::isdigit(static_cast<unsigned char>(told[start + 1])) == 0) {
    throw RigError("tcpdump on " + file_.string() + " gave no counts: " + told, "");
  }
  return std::stoull(told.substr(start + 1));
}

void Recorder::check(std::uint64_t frames, bool at_rest) {
  const std::uint64_t captured = count("captured"), received = count("received by filter");
  const std::uint64_t dropped = count("dropped by kernel");
  // Where more passes after the frames were counted, the last of it may be received and not captured any more.
  const bool is_received_whole =
      captured == received || (passes_twice_ && 2 * captured == received) || (!at_rest && captured < received);
  if (!is_received_whole || dropped != 0 || captured < frames || (at_rest && captured != frames)) {
    throw RigError("tcpdump missed frames: " + text_of(frames) + " passed, it received " + text_of(received) +
                       ", captured " + text_of(captured) + " and dropped " + text_of(dropped) + ": " + file_.string(),
                   "the machine was too busy; record again");
  }
  if (frames_on_disk() == captured) return;
  report_unwritten(file_, text_of(frames_on_disk()) + " of " + text_of(captured) + " frames are on the disk");
}

void append_capture(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::ifstream records(from, std::ios::binary);
  records.seekg(file_header_bytes);
  std::ofstream end(to, std::ios::binary | std::ios::app);
  if (records.peek() != std::ifstream::traits_type::eof()) end << records.rdbuf();
  end.close();
  if (!records || !end) report_unwritten(to, "what " + from.filename().string() + " holds could not be appended");
}

}  // namespace tcplab::rig
