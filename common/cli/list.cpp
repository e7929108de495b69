// `tcplab list`: the labs, in reading order.
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "json/json_text.hpp"
#include "lesson/syllabus.hpp"
#include "report/wrap.hpp"

namespace tcplab::cli {

void add_list_options(cxxopts::OptionAdder add) {
  add("json", "one JSON array, an object a lab");
  add("loopback", "only the labs that any machine's own loopback can show");
}

namespace {

void print_json(const std::vector<Lesson>& labs) {
  auto json = nlohmann::ordered_json::array();
  for (const Lesson& lab : labs) {
    json.push_back({{"name", lab.name},
                    {"title", lab.title},
                    {"summary", lab.summary},
                    {"group", lab.group},
                    {"rfc", lab.rfc},
                    {"delay_ms", lab.delay.count()}});
  }
  std::cout << json_text(json, 2) << "\n";
}

void print_table(const std::vector<Lesson>& labs) {
  std::string group;
  for (const Lesson& lab : labs) {
    if (lab.group != group) {
      if (!group.empty()) std::cout << "\n";
      std::cout << lab.group << "\n";
      group = lab.group;
    }
    constexpr std::size_t column = 23;
    std::string text = wrapped(lab.summary, column);
    const std::string name = "  " + lab.name;
    if (name.size() < column)
      text.replace(0, name.size(), name);
    else
      text.insert(0, name + "\n");
    std::cout << text;
  }
}

}  // namespace

int run_list(const Arguments& arguments) {
  std::vector<Lesson> labs = Syllabus::find().labs();
  if (arguments.has("loopback"))
    std::erase_if(labs, [](const Lesson& lab) { return lab.needs_wire() || lab.needs_settings(); });
  if (arguments.has("json"))
    print_json(labs);
  else
    print_table(labs);
  return Exit::yes;
}

}  // namespace tcplab::cli
