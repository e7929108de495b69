// The two links: hosts and a wire that the loop drives, or one host that needs nobody.
// Only here is a link's kind decided.
#include "rig/link.hpp"

#include <algorithm>
#include <deque>

#include "rig/interface.hpp"
#include "rig/kernel_states.hpp"
#include "rig/namespaces.hpp"
#include "rig/sysctls.hpp"
#include "rig/wire.hpp"

namespace tcplab::rig {
namespace {

using std::chrono::milliseconds;

class WireLink : public Link {
 public:
  WireLink(const RecordingPlan& plan, EventLog& events, Loop& loop)
      : machines_(make_machines(plan)),
        states_({&machine(End::client).host.connections, &machine(End::server).host.connections}, events),
        wire_({std::move(machine(End::client).nic), std::move(machine(End::server).nic)}, plan.delay, plan.rules,
              states_, events),
        loop_(loop) {
    states_.entered = [this](End host, State state) { wire_.entered(host, state); };
    for (const End side : {End::client, End::server}) watch(side);
    loop.every_turn([this] { return wire_.next_due(); }, [this] { turn(); });
  }

  [[nodiscard]] std::string name() const override { return std::string(to_string(kind_)); }
  [[nodiscard]] const Host& host(End side) const override { return machines_[current_[side]].host; }
  [[nodiscard]] std::string address(End side) const override { return wired_address(side); }
  [[nodiscard]] std::vector<Point> capture_points() const override {
    std::vector<Point> points;
    for (const Machine& one : machines_) points.push_back({&one.host, to_string(one.side)});
    return points;
  }
  [[nodiscard]] std::uint64_t frames_at(std::size_t point) const override {
    const bool is_current = current_[machines_[point].side] == point;
    return is_current ? wire_.frames_at(machines_[point].side) : machines_[point].frames;
  }
  [[nodiscard]] bool is_idle() const override { return wire_.is_idle(); }
  [[nodiscard]] Loop::Clock::time_point last_activity() override { return wire_.last_activity(); }

  void program_ended(End side) override { wire_.program_ended(side); }
  std::optional<Rule> take_action() override { return wire_.take_action(); }
  [[nodiscard]] std::vector<std::string> unused_rules() const override { return wire_.unused_rules(); }
  [[nodiscard]] std::vector<std::string> futile_rules() const override { return wire_.futile_rules(); }

  void reboot(End side) override {
    const std::size_t old = current_[side];
    const auto fresh = std::find_if(machines_.begin() + static_cast<std::ptrdiff_t>(old) + 1, machines_.end(),
                                    [side](const Machine& one) { return one.side == side; });
    loop_.forget(wire_.descriptor(side));
    silence(machines_[old].host);
    wire_.drain(side);
    machines_[old].frames = wire_.frames_at(side);
    machines_[old].nic = wire_.replace(side, std::move(fresh->nic));
    current_[side] = static_cast<std::size_t>(fresh - machines_.begin());
    watch(side);
    states_.replace(side, fresh->host.connections);
  }

  void halt() override {
    states_.look_again();
    for (const End side : {End::client, End::server}) loop_.forget(wire_.descriptor(side));
    loop_.every_turn([] { return std::nullopt; }, [] {});
  }

 private:
  struct Machine {
    End side;
    Host host;
    Nic nic;
    std::uint64_t frames = 0;  ///< that passed it before another took its place
  };

  /// The two hosts, and one more for each time that one is to be rebooted: made beforehand, so that a reboot takes no
  /// time, and tcpdump captures on each from the start.
  [[nodiscard]] std::deque<Machine> make_machines(const RecordingPlan& plan) const {
    std::deque<Machine> machines;
    const auto add = [&](End side) {
      const Sysctls& sysctls = side == End::client ? plan.client.sysctls : plan.server.sysctls;
      const std::string wire_end = to_string(side) + std::to_string(machines.size());
      WiredHost made = make_wired_host(side, kind_, sysctls, wire_end);
      machines.push_back({side, std::move(made.host), std::move(made.nic)});
    };
    add(End::client);
    add(End::server);
    for (const Rule& rule : plan.rules) {
      if (const auto* reboot = std::get_if<Reboot>(&rule.deed)) add(reboot->host);
    }
    return machines;
  }
  [[nodiscard]] bool all_ends(bool (*good)(State)) override {
    states_.look_again();
    return states_.all_are(good);
  }
  Machine& machine(End side) { return machines_[current_[side]]; }

  void watch(End side) {
    loop_.watch(wire_.descriptor(side), [this, side] { wire_.drain(side); });
  }

  void turn() {
    wire_.deliver_due();
    if (Clock::now() < next_look_) return;
    states_.look_again();
    next_look_ = Clock::now() + milliseconds(20);
  }

  AttachmentKind kind_ = choose_attachment();
  Both<std::size_t> current_{0, 1};  ///< in machines_
  std::deque<Machine> machines_;
  KernelStates states_;
  Wire wire_;
  Loop& loop_;
  Clock::time_point next_look_ = Clock::now();
};

class LoopbackLink : public Link {
 public:
  explicit LoopbackLink(const Sysctls& sysctls) : host_(make_loopback_host(sysctls)) {}

  [[nodiscard]] std::string name() const override { return "loopback"; }
  [[nodiscard]] const Host& host(End /*side*/) const override { return host_; }
  [[nodiscard]] std::string address(End /*side*/) const override { return "127.0.0.1"; }
  [[nodiscard]] std::vector<Point> capture_points() const override { return {{&host_, "loopback"}}; }
  [[nodiscard]] std::uint64_t frames_at(std::size_t /*point*/) const override {
    const Visit host(host_.network.get());
    return frames_received(host_.interface);
  }
  [[nodiscard]] bool is_idle() const override { return true; }
  [[nodiscard]] Loop::Clock::time_point last_activity() override {
    if (const auto frames = frames_at(0); frames != last_frames_) {
      last_frames_ = frames;
      last_activity_ = Clock::now();
    }
    return last_activity_;
  }

 private:
  [[nodiscard]] bool all_ends(bool (*good)(State)) override {
    return std::ranges::all_of(host_.connections.all(), good);
  }

  Host host_;
  std::uint64_t last_frames_ = 0;
  Clock::time_point last_activity_ = Clock::now();
};

/// On loopback both programs are on one host, which can have one value for a setting.
Sysctls merged_sysctls(const RecordingPlan& plan) {
  Sysctls merged = plan.client.sysctls;
  for (const auto& [name, value] : plan.server.sysctls) {
    if (merged.emplace(name, value).first->second == value) continue;
    throw RigError("client and server want different values of " + name,
                   "on loopback they are one host: record on the wire");
  }
  return merged;
}

}  // namespace

std::unique_ptr<Link> make_link(const RecordingPlan& plan, EventLog& events, Loop& loop) {
  if (plan.link == LinkKind::loopback) return std::make_unique<LoopbackLink>(merged_sysctls(plan));
  pin_sysctls();  // of the wire's own namespace, whose ends of veth pairs must not speak up
  return std::make_unique<WireLink>(plan, events, loop);
}

}  // namespace tcplab::rig
