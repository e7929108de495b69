#include "traffic.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <queue>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

#include "frame.hpp"
#include "plan.hpp"

namespace tcplab::bench {
namespace {

constexpr std::uint64_t began_us = 1'700'000'000ULL * second_us;

// --- What opens and ends how

/// Kinds in a random order, of which each thousand holds exactly the shares.
template <typename Kind, std::size_t size>
class Deck {
 public:
  explicit Deck(const std::array<Share<Kind>, size>& shares) {
    for (const auto& share : shares) cards_.insert(cards_.end(), share.of_a_thousand, share.kind);
  }
  Kind draw(Random& random) {
    if (left_ == 0) left_ = static_cast<std::uint32_t>(cards_.size());
    const std::uint32_t drawn = random.below(left_--);
    std::swap(cards_[drawn], cards_[left_]);
    return cards_[left_];
  }

 private:
  std::vector<Kind> cards_;
  std::uint32_t left_ = 0;
};

// --- How many packets a connection gets

/// Deals out the packets: connections differ much in length, and the last takes exactly what is left.
class Budget {
 public:
  Budget(std::uint64_t packets, std::uint64_t connections) : packets_(packets), connections_(connections) {}

  [[nodiscard]] bool is_last() const { return connections_ == 1; }
  [[nodiscard]] bool is_spent() const { return connections_ == 0; }
  [[nodiscard]] std::uint64_t packets() const { return packets_; }

  /// Of data, for the next connection.
  std::uint32_t data_packets(Random& random) const {
    constexpr std::uint64_t even_from = 100;  // the last ones are much alike, so that the very last finds enough
    const auto reserved = static_cast<std::uint64_t>(static_cast<double>(connections_) * other_packets());
    const std::uint64_t mean = packets_ > reserved ? (packets_ - reserved) * 1000 / (connections_ * speaking()) : 0;
    if (connections_ <= even_from) return static_cast<std::uint32_t>(mean);
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(random.long_tailed(static_cast<std::uint32_t>(mean)), mean + packets_ / 64));
  }
  void take(std::uint64_t packets, std::uint64_t data_packets) {
    packets_ -= packets;
    --connections_;
    taken_++;
    others_ += packets - data_packets;
  }

 private:
  /// Of a thousand, who have data to send.
  static constexpr std::uint64_t speaking() { return 955; }
  /// What opening and ending take of a connection, on average so far.
  [[nodiscard]] double other_packets() const {
    return static_cast<double>(others_ + 80) / static_cast<double>(taken_ + 10);
  }

  std::uint64_t packets_, connections_, taken_ = 0, others_ = 0;
};

// --- The truth file

class TruthFile {
 public:
  explicit TruthFile(const std::string& path) : file_(create(path)) {
    put("client\tserver\tfirst_packet\topening\tending\tclosed_first\ttime_wait\tclient_segments\tserver_segments\t"
        "client_bytes\tserver_bytes\tclient_retransmissions\tserver_retransmissions\treset_by\n");
  }

  void add(const Pair& pair, std::uint64_t first_packet, const Truth& truth) {
    line_ = pair.text(End::client);
    field(pair.text(End::server));
    field(std::to_string(first_packet));
    field(to_string(truth.opening));
    field(to_string(truth.ending));
    field(name_of(truth.closed_first));
    field(truth.time_wait[0] && truth.time_wait[1] ? "both"
          : truth.time_wait[0]                     ? "client"
          : truth.time_wait[1]                     ? "server"
                                                   : "none");
    for (const auto& counts : {truth.segments, truth.bytes, truth.retransmissions})
      for (const std::uint64_t count : counts) field(std::to_string(count));
    field(name_of(truth.reset_by));
    line_ += '\n';
    put(line_);
  }
  void close() { finish(file_.get()); }

 private:
  static std::string_view name_of(std::optional<End> end) {
    return !end ? "none" : *end == End::client ? "client" : "server";
  }
  void field(std::string_view text) { (line_ += '\t') += text; }
  void put(std::string_view text) {
    write(file_.get(), {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }

  File file_;
  std::string line_;
};

// --- The traffic

/// A connection under way: what of its plan is still to come.
struct Conversation {
  Stream stream{.pair = Pair(0)};
  std::vector<Step> steps;
  std::uint32_t position = 0;
  std::uint64_t number = 0;  ///< of its pair
  bool may_come_again = false;
};

/// A pair whose connection has ended, and the numbers that a new one must be beyond.
struct Ended {
  std::uint64_t number = 0;
  std::uint32_t client_next = 0;
  std::uint64_t time_us = 0;
};

class Traffic {
 public:
  explicit Traffic(const Order& order)
      : order_(order),
        random_(order.seed),
        budget_(order.packets, connections_for(order)),
        capture_(order.capture, order.format),
        truth_(order.truth) {}

  void run() {
    while (!budget_.is_spent() || !due_.empty()) {
      if (due_.empty() || (!budget_.is_spent() && next_start_us_ <= due_.top().time_us))
        begin();
      else
        go_on();
    }
    capture_.close();
    truth_.close();
  }

 private:
  static constexpr std::uint32_t start_apart_us = 2000, crowd_start_apart_us = 200;  ///< at most; half on average

  static std::uint64_t connections_for(const Order& order) {
    constexpr std::uint64_t packets_of_two = 43;
    return order.open_at_once > 0 ? order.open_at_once : std::max<std::uint64_t>(1, order.packets * 2 / packets_of_two);
  }

  void begin() {
    const std::uint64_t now = next_start_us_;
    next_start_us_ += random_.below(order_.open_at_once > 0 ? crowd_start_apart_us : start_apart_us);
    const std::size_t place = free_place();
    Conversation& fresh = underway_[place];
    Wishes wishes = wishes_for(now);
    fresh.stream = stream_for(wishes, now, fresh.number);
    wishes.segment_bytes = segment_bytes(fresh.stream);
    Script script = script_for(wishes);
    const Ending ending = script.truth.ending;
    fresh.may_come_again = ending == Ending::abort || script.truth.time_wait[0] || script.truth.time_wait[1];
    truth_.add(fresh.stream.pair, packets_written_ + 1, script.truth);
    script.steps.shrink_to_fit();
    fresh.steps = std::move(script.steps);
    fresh.position = 0;
    speak(place, now);
  }

  Wishes wishes_for(std::uint64_t now) {
    Wishes wishes{.opening = openings_.draw(random_), .ending = endings_.draw(random_), .seed = random_.next()};
    wishes.pause_us = order_.open_at_once > 0 ? 10 * second_us : 2 * second_us;
    if (order_.open_at_once > 0) {
      // Who was never open cannot be open with the others.
      while (wishes.opening == Opening::refused || wishes.opening == Opening::unanswered)
        wishes.opening = openings_.draw(random_);
      const std::uint64_t all_have_begun = order_.open_at_once * crowd_start_apart_us + 10 * second_us;
      wishes.ends_after_us = all_have_begun > now ? all_have_begun - now : 0;
      wishes.ends_within_us = static_cast<std::uint32_t>(order_.open_at_once * crowd_start_apart_us / 2);
    }
    if (budget_.is_last()) wishes.opening = Opening::three_way, wishes.ending = Ending::four_segment;
    return wishes;
  }

  Script script_for(Wishes wishes) {
    if (budget_.is_last()) {
      const std::uint64_t others = make_plan(wishes).steps.size();
      if (others > budget_.packets()) throw std::logic_error("too few packets are left for the last connection");
      wishes.data_packets = static_cast<std::uint32_t>(budget_.packets() - others);
    } else {
      wishes.data_packets = budget_.data_packets(random_);
    }
    Script script = make_plan(wishes);
    const bool has_data = wishes.opening != Opening::refused && wishes.opening != Opening::unanswered &&
                          wishes.opening != Opening::half_open;
    budget_.take(script.steps.size(), has_data ? wishes.data_packets : 0);
    return script;
  }

  /// A new pair of ends; sometimes one whose connection has been in TIME-WAIT for a while, or was reset. RFC 6191.
  Stream stream_for(const Wishes& wishes, std::uint64_t now, std::uint64_t& number) {
    Random random(wishes.seed + 1);
    const bool again = wishes.opening == Opening::three_way && random.once_in(100) && !ended_.empty() &&
                       ended_.front().time_us + second_us < now;
    number = again ? ended_.front().number : next_number_++;
    Stream stream{.pair = Pair(number), .has_timestamps = !random.once_in(6)};
    stream.iss = {random.number(), random.number()};
    stream.next_id = {static_cast<std::uint16_t>(random.number()), static_cast<std::uint16_t>(random.number())};
    const std::uint64_t clocks = scramble(number + order_.seed);  // the ends keep theirs
    stream.clock = {static_cast<std::uint32_t>(clocks), static_cast<std::uint32_t>(clocks >> 32)};
    if (again) {
      stream.iss[0] = ended_.front().client_next + random.between(1 << 16, 1 << 24);
      ended_.pop_front();
    }
    return stream;
  }

  std::size_t free_place() {
    if (free_.empty()) {
      underway_.emplace_back();
      return underway_.size() - 1;
    }
    const std::size_t place = free_.back();
    free_.pop_back();
    return place;
  }

  void go_on() {
    const Due due = due_.top();
    due_.pop();
    speak(due.place, due.time_us);
  }

  void speak(std::size_t place, std::uint64_t now) {
    Conversation& conversation = underway_[place];
    const Step& step = conversation.steps[conversation.position++];
    capture_.add(began_us + now, frames_.make(conversation.stream, step, now));
    ++packets_written_;
    if (conversation.position < conversation.steps.size())
      due_.push({now + conversation.steps[conversation.position].delay_us, place});
    else
      leave(place, now);
  }

  void leave(std::size_t place, std::uint64_t now) {
    constexpr std::size_t enough = 1000;
    Conversation& conversation = underway_[place];
    if (conversation.may_come_again && ended_.size() < enough) {
      std::uint32_t next = 0;
      for (const Step& step : conversation.steps)
        if (step.from == End::client) next = std::max(next, step.seq + step.length);
      ended_.push_back({conversation.number, conversation.stream.iss[0] + next, now});
    }
    conversation.steps = {};
    free_.push_back(place);
  }

  struct Due {
    std::uint64_t time_us;
    std::size_t place;
    bool operator>(const Due& other) const { return std::pair(time_us, place) > std::pair(other.time_us, other.place); }
  };

  const Order& order_;
  Random random_;
  Budget budget_;
  Deck<Opening, openings.size()> openings_{openings};
  Deck<Ending, endings.size()> endings_{endings};
  CaptureFile capture_;
  TruthFile truth_;
  FrameMaker frames_;
  std::deque<Conversation> underway_;
  std::vector<std::size_t> free_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::deque<Ended> ended_;
  std::uint64_t next_start_us_ = 0, next_number_ = 0, packets_written_ = 0;
};

}  // namespace

void generate(const Order& order) {
  Traffic(order).run();
}

}  // namespace tcplab::bench
