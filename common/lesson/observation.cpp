#include "lesson/observation.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <random>
#include <span>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "capture/reader.hpp"
#include "lesson/path_text.hpp"
#include "packet/plain_frame.hpp"
#include "packet/reassembly.hpp"
#include "tcp/connection_table.hpp"
#include "worker/worker.hpp"

namespace tcplab {
namespace {

namespace fs = std::filesystem;

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32U | device();
}

std::string problem_text(const CaptureReader& reader, const CaptureRecord& record, const Problem& problem) {
  return reader.name() + ": frame " + std::to_string(record.number) + " at byte " + std::to_string(record.offset) +
         ": " + to_string(problem);
}

/// Some records at a time on their way into a table. Of those in the commonest shape it is known before anything else
/// of them is read whether the table keeps them.
class Intake {
 public:
  explicit Intake(ConnectionTable& table) : table_(table) {}

  /// Gives the table the records that come next; how many there were, 0 at the end.
  std::size_t take_in(CaptureReader& reader, std::vector<std::string>& problems) {
    const std::size_t count = reader.next(std::span(records_));
    std::size_t kept = 0;
    for (const CaptureRecord& record : std::span(records_).first(count)) {
      kept_[kept].record = &record;
      hashes_[kept] = 0;
      // Added without a branch: no processor foresees whose it is.
      kept += static_cast<std::size_t>(is_kept(record, kept, reader, problems));
    }
    table_.expect(std::span(hashes_).first(kept));
    for (std::size_t i = 0; i < kept; ++i) add(i);
    if (count > 0) table_.watch_until(records_[count - 1].time);
    return count;
  }
  [[nodiscard]] Reassembly::Unfinished unfinished() const { return reassembly_.unfinished(); }

 private:
  struct Kept {
    const CaptureRecord* record = nullptr;
    PlainFrame plain;
    bool is_plain = false;
  };

  /// If the record is kept, its place is `at`.
  bool is_kept(const CaptureRecord& record, std::size_t at, const CaptureReader& reader,
               std::vector<std::string>& problems) {
    Kept& kept = kept_[at];
    kept.is_plain = is_plain(record.link, record.bytes, record.original_length_bytes, kept.plain);
    if (kept.is_plain) [[likely]] {
      Endpoint source, destination;
      kept.plain.read_ends(source, destination);
      return table_.keeps(hashes_[at] = table_.hash_of(source, destination));
    }
    Packet& packet = packets_[at];
    reassembly_.decode(record.link, record.bytes, record.original_length_bytes, record.time, record.number, packet,
                       wholes_[at]);
    if (packet.problem) problems.push_back(problem_text(reader, record, *packet.problem));
    const TcpSegment* const segment = packet.ip ? packet.tcp() : nullptr;
    if (segment == nullptr) return true;  // whose it is, the table knows
    hashes_[at] =
        table_.hash_of({packet.ip->source, segment->source_port}, {packet.ip->destination, segment->destination_port});
    return table_.keeps(hashes_[at]);
  }

  void add(std::size_t at) {
    const auto& [record, plain, is_plain] = kept_[at];
    if (!is_plain) return table_.add(record->time, packets_[at], record->number);
    copy_segment(plain, record->time, record->number, segment_);
    segment_.hash = hashes_[at];
    table_.add(segment_, plain.tcp_options());
  }

  static constexpr std::size_t most = ConnectionTable::most_expected;
  ConnectionTable& table_;
  std::array<CaptureRecord, most> records_;
  std::array<Kept, most> kept_;
  std::array<std::uint32_t, most> hashes_;
  std::array<Packet, most> packets_;                    // what is not plain
  std::array<std::vector<std::uint8_t>, most> wholes_;  // what packets that came in fragments point into
  Reassembly reassembly_;
  FlowSegment segment_;
};

/// What else there is to say of the file goes into `observation`.
template <typename Connections>
StoredConnections read_connections(const std::string& file, std::pmr::memory_resource* memory,
                                   ObservationOf<Connections>& observation, std::uint64_t seed, TableShare share) {
  CaptureReader reader = CaptureReader::open(file);
  ConnectionTable table(seed, memory, share);
  Intake intake(table);
  while (const std::size_t count = intake.take_in(reader, observation.problems)) observation.frames += count;
  if (const auto& problem = reader.problem()) {
    observation.problems.push_back(reader.name() + ": at byte " + std::to_string(problem->offset) + ": " +
                                   problem->what);
  }
  if (const auto unfinished = intake.unfinished(); unfinished.count > 0)
    observation.left_out.push_back(reader.name() + ": " + to_string(unfinished));
  return table.take_stored();
}

ObservationOf<StoredConnections> observe_share(const std::string& file, std::pmr::memory_resource* memory,
                                               std::uint64_t seed, TableShare share) {
  ObservationOf<StoredConnections> observation;
  observation.connections = read_connections(file, memory, observation, seed, share);
  return observation;
}

/// In a thread of its own, which is put into `workers`; where there may be none, when its result is asked for.
std::future<ObservationOf<StoredConnections>> begin_share(const std::string& file, std::pmr::memory_resource* memory,
                                                          std::uint64_t seed, TableShare share,
                                                          std::vector<std::jthread>& workers) {
  const auto work = [&file, memory, seed, share] { return observe_share(file, memory, seed, share); };
  try {
    std::packaged_task<ObservationOf<StoredConnections>()> task(work);
    auto result = task.get_future();
    workers.push_back(start_worker(std::move(task)));
    return result;
  } catch (const std::system_error&) {
    return std::async(std::launch::deferred, work);
  }
}

/// Threads for a file of that size.
std::size_t readers_worth(const std::string& file, std::size_t threads) {
  constexpr std::uintmax_t bytes_worth_a_reader = 256 * 1024;
  constexpr std::size_t most = 4;
  const fs::path path = path_from(file);
  std::error_code error;
  if (file == "-" || !fs::is_regular_file(path, error)) return 1;
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error) return 1;
  return static_cast<std::size_t>(
      std::clamp<std::uintmax_t>(bytes / bytes_worth_a_reader, 1, std::clamp<std::size_t>(threads, 1, most)));
}

}  // namespace

Observation observe(const std::vector<std::string>& files, Points points) {
  Observation observation;
  bool is_first = true;
  for (const std::string& file : files) {
    std::vector<Connection> connections =
        read_connections(file, std::pmr::get_default_resource(), observation, random_seed(), {}).take_all();
    observation.connections = is_first ? std::move(connections) : merge(observation.connections, connections, points);
    is_first = false;
  }
  return observation;
}

// Each thread reads the whole file by itself and keeps its share of the connections: to look at a frame once more costs
// less than to hand it from one processor to another.
ObservationOf<StoredConnections> observe_stored(const std::string& file, std::pmr::memory_resource* memory,
                                                std::size_t threads) {
  const std::size_t readers = readers_worth(file, threads);
  const std::uint64_t seed = random_seed();
  std::vector<std::jthread> workers;
  std::vector<std::future<ObservationOf<StoredConnections>>> others;
  for (std::size_t i = 1; i < readers; ++i) others.push_back(begin_share(file, memory, seed, {i, readers}, workers));
  auto observation = observe_share(file, memory, seed, {0, readers});
  bool is_whole = true;
  for (auto& one : others) {
    auto other = one.get();
    is_whole = is_whole && other.frames == observation.frames;
    observation.connections.merge(std::move(other.connections));
  }
  // The file has grown meanwhile.
  return is_whole ? std::move(observation) : observe_share(file, memory, seed, {});
}

Observation observe_recording(const fs::path& directory) {
  const std::vector<std::string> captures = captures_of(directory);
  return observe(captures, captures.size() == 2 ? Points::client_and_server : Points::unknown);
}

std::vector<std::string> captures_of(const fs::path& path) {
  if (!fs::is_directory(path)) return {text_of(path)};
  if (fs::exists(path / "client.pcap") && fs::exists(path / "server.pcap"))
    return {text_of(path / "client.pcap"), text_of(path / "server.pcap")};
  if (fs::exists(path / "loopback.pcap")) return {text_of(path / "loopback.pcap")};
  throw std::runtime_error(text_of(path) +
                           " holds no recording: neither client.pcap and server.pcap nor loopback.pcap");
}

}  // namespace tcplab
