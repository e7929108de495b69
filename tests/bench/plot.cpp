// plot: processor time per packet against the number of packets, for each tool, as SVG on standard output.
// Standard input has a line for each point: tool, packets, nanoseconds, and "file" or "crowd" (a million connections
// open at once, which stands apart from its tool's line); tab-separated. Both axes are logarithmic.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr double width = 800, height = 500, left = 70, right = 610, top = 56, bottom = 440;
constexpr std::array colours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#2b88b8", "#a87400", "#555555", "#8c5a2b"};

struct Point {
  double packets = 0, nanoseconds = 0;
};
struct Tool {
  std::string name;
  std::vector<Point> line, crowd;
  [[nodiscard]] const Point& last() const { return line.empty() ? crowd.back() : line.back(); }
};

/// A logarithmic axis, with a tick at each power of ten.
class Axis {
 public:
  Axis(double lowest, double highest, double from, double to)
      : first_(std::log10(lowest)), last_(std::log10(highest)), from_(from), to_(to) {}
  /// From one power of ten to another, so that it begins and ends with a tick.
  static Axis of_whole_powers(double lowest, double highest, double from, double to) {
    const double first = std::floor(std::log10(lowest)), last = std::ceil(std::log10(highest));
    return {std::pow(10, first), std::pow(10, first < last ? last : first + 1), from, to};
  }
  [[nodiscard]] double at(double value) const {
    return from_ + (std::log10(value) - first_) / (last_ - first_) * (to_ - from_);
  }
  [[nodiscard]] std::vector<double> ticks() const {
    constexpr double rounding = 1e-9;
    std::vector<double> ticks;
    for (double power = std::ceil(first_ - rounding); power <= last_ + rounding; ++power)
      ticks.push_back(std::pow(10, power));
    return ticks;
  }

 private:
  double first_, last_, from_, to_;
};

std::vector<Tool> read_tools(std::istream& input) {
  std::vector<Tool> tools;
  for (std::string line; std::getline(input, line);) {
    std::istringstream cells(line);
    std::string name, kind;
    Point point;
    std::getline(cells, name, '\t');
    if (!(cells >> point.packets >> point.nanoseconds >> kind) || point.packets <= 0 || point.nanoseconds <= 0)
      continue;
    auto tool = std::ranges::find(tools, name, &Tool::name);
    if (tool == tools.end()) tool = tools.insert(tool, Tool{name, {}, {}});
    (kind == "crowd" ? tool->crowd : tool->line).push_back(point);
  }
  for (Tool& tool : tools) std::ranges::sort(tool.line, {}, &Point::packets);
  return tools;
}

void put_text(double x, double y, const std::string& text, const char* style) {
  std::printf("<text x=\"%.1f\" y=\"%.1f\" %s>", x, y, style);
  for (const char c : text) {
    if (c == '<' || c == '&')
      std::printf("&#%d;", c);
    else
      std::putchar(c);
  }
  std::printf("</text>\n");
}

void put_line(double x1, double y1, double x2, double y2, const char* style) {
  std::printf("<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" %s/>\n", x1, y1, x2, y2, style);
}

std::string time_text(double nanoseconds) {
  std::ostringstream text;
  if (nanoseconds < 1000)
    text << nanoseconds << " ns";
  else if (nanoseconds < 1e6)
    text << nanoseconds / 1000 << " µs";
  else
    text << nanoseconds / 1e6 << " ms";
  return text.str();
}

std::string packets_text(double packets) {
  std::ostringstream text;
  if (packets < 1e6)
    text << packets / 1000 << " thousand";
  else
    text << packets / 1e6 << " million";
  return text.str();
}

void put_axes(const Axis& x, const Axis& y) {
  put_text(left, 28, "Processor time per packet", "font-size=\"16\" font-weight=\"bold\"");
  for (const double tick : y.ticks()) {
    put_line(left, y.at(tick), right, y.at(tick), "stroke=\"#ddd\"");
    put_text(left - 8, y.at(tick) + 4, time_text(tick), "text-anchor=\"end\"");
  }
  for (const double tick : x.ticks()) {
    put_line(x.at(tick), bottom, x.at(tick), bottom + 5, "stroke=\"#333\"");
    put_text(x.at(tick), bottom + 20, packets_text(tick), "text-anchor=\"middle\"");
  }
  put_line(left, bottom, right, bottom, "stroke=\"#333\"");
  put_text((left + right) / 2, bottom + 44, "packets in the capture", "text-anchor=\"middle\"");
}

void put_curve(const Tool& tool, const char* colour, const Axis& x, const Axis& y) {
  std::printf("<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"2\" points=\"", colour);
  for (const Point& point : tool.line) std::printf("%.1f,%.1f ", x.at(point.packets), y.at(point.nanoseconds));
  std::printf("\"/>\n");
  for (const Point& point : tool.line)
    std::printf("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3.5\" fill=\"%s\"/>\n", x.at(point.packets),
                y.at(point.nanoseconds), colour);
  for (const Point& point : tool.crowd)
    std::printf("<path d=\"M%.1f %.1fl5 5l-5 5l-5 -5z\" fill=\"white\" stroke=\"%s\" stroke-width=\"2\"/>\n",
                x.at(point.packets), y.at(point.nanoseconds) - 5, colour);
}

/// The tools' names beside the ends of their lines, moved apart where these are close.
void put_names(const std::vector<Tool>& tools, const Axis& x, const Axis& y) {
  constexpr double apart = 18, names_at = right + 34;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < tools.size(); ++i) order.push_back(i);
  std::ranges::sort(order, std::greater{}, [&](std::size_t i) { return tools[i].last().nanoseconds; });
  double space_from = top;
  for (std::size_t place = 0; place < order.size(); ++place) {
    const Tool& tool = tools[order[place]];
    const double end = y.at(tool.last().nanoseconds);
    const double below = static_cast<double>(order.size() - 1 - place) * apart;  // what those still to come need
    const double at = std::min(std::max(end, space_from), bottom - below);
    const std::string style = std::string("stroke=\"") + colours.at(order[place] % colours.size()) + "\"";
    put_line(x.at(tool.last().packets) + 7, end, names_at - 5, at, (style + " stroke-opacity=\"0.5\"").c_str());
    put_text(names_at, at + 4, tool.name,
             (std::string("fill=\"") + colours.at(order[place] % colours.size()) + "\"").c_str());
    space_from = at + apart;
  }
}

void plot(const std::vector<Tool>& tools) {
  std::vector<Point> all;
  for (const Tool& tool : tools)
    for (const auto& points : {tool.line, tool.crowd}) all.insert(all.end(), points.begin(), points.end());
  const auto [fewest, most] = std::ranges::minmax(all, {}, &Point::packets);
  const auto [least, longest] = std::ranges::minmax(all, {}, &Point::nanoseconds);
  const Axis x(fewest.packets * 0.8, most.packets * 1.25, left, right);
  const Axis y = Axis::of_whole_powers(least.nanoseconds, longest.nanoseconds, bottom, top);
  std::printf(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %g %g\" width=\"%g\" height=\"%g\" "
      "font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n<rect width=\"%g\" height=\"%g\" fill=\"white\"/>\n",
      width, height, width, height, width, height);
  put_axes(x, y);
  for (std::size_t i = 0; i < tools.size(); ++i) put_curve(tools[i], colours.at(i % colours.size()), x, y);
  put_names(tools, x, y);
  const bool has_crowd = std::ranges::any_of(tools, [](const Tool& tool) { return !tool.crowd.empty(); });
  if (has_crowd) put_text(right, 44, "◇ a million connections open at once", "text-anchor=\"end\"");
  std::printf("</svg>\n");
}

}  // namespace

int main() {
  const std::vector<Tool> tools = read_tools(std::cin);
  if (tools.empty()) {
    std::fputs("error: there is nothing to plot\n", stderr);
    return 2;
  }
  plot(tools);
  return 0;
}
