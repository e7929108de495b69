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

/// What else there is to say of the file goes into `observation`.
template <typename Connections>
StoredConnections read_connections(const std::string& file, std::pmr::memory_resource* memory,
                                   ObservationOf<Connections>& observation, std::uint64_t seed, TableShare share) {
  CaptureReader reader = CaptureReader::open(file);
  ConnectionTable table(seed, memory, share);
  std::array<CaptureRecord, ConnectionTable::most_expected> records;
  Reassembly reassembly;
  std::array<Packet, records.size()> packets;
  std::array<std::vector<std::uint8_t>, records.size()> wholes;  // what packets that came in fragments point into
  while (const std::size_t count = reader.next(std::span(records))) {
    observation.frames += count;
    for (std::size_t i = 0; i < count; ++i) {
      const CaptureRecord& record = records[i];
      reassembly.decode(record.link, record.bytes, record.original_length_bytes, record.time, record.number, packets[i],
                        wholes[i]);
      if (packets[i].problem) observation.problems.push_back(problem_text(reader, record, *packets[i].problem));
    }
    for (const std::size_t i : table.expect(std::span(packets).first(count)))
      table.add(records[i].time, packets[i], records[i].number);
    table.watch_until(records[count - 1].time);
  }
  if (const auto& problem = reader.problem()) {
    observation.problems.push_back(reader.name() + ": at byte " + std::to_string(problem->offset) + ": " +
                                   problem->what);
  }
  if (const auto unfinished = reassembly.unfinished(); unfinished.count > 0)
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

// Each thread reads the whole file by itself and keeps its share of the connections: to decode a packet once more costs
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
