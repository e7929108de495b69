#include "lesson/lesson.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "fault/parse.hpp"
#include "packet/printable.hpp"

namespace tcplab {
namespace {

/// One table of the file, read key by key; a key that nobody may read is an error with its line.
class Section {
 public:
  Section(const std::filesystem::path& file, const toml::table& table, std::string name)
      : file_(file), table_(table), name_(std::move(name)) {}

  void allow_only(std::initializer_list<std::string_view> keys) const {
    for (const auto& [key, value] : table_) {
      if (std::ranges::find(keys, key.str()) == keys.end())
        fail(key.source(), "unknown key '" + std::string(key.str()) + "'" + where());
    }
  }

  [[nodiscard]] std::string text(const char* key) const {
    if (!table_.contains(key)) throw LessonError(file_.string() + ": '" + key + "' is missing" + where());
    return text_or_nothing(key);
  }

  [[nodiscard]] std::string text_or_nothing(const char* key) const {
    const toml::node* node = table_.get(key);
    return node == nullptr ? "" : value_of<std::string>(*node, key, "a string");
  }

  template <typename Number>
  [[nodiscard]] Number number(const char* key, Number otherwise, std::int64_t least, std::int64_t most) const {
    const toml::node* node = table_.get(key);
    if (node == nullptr) return otherwise;
    const auto value = value_of<std::int64_t>(*node, key, "a whole number");
    if (value < least || value > most) {
      fail(node->source(),
           std::string("'") + key + "' must lie between " + std::to_string(least) + " and " + std::to_string(most));
    }
    return static_cast<Number>(value);
  }

  [[nodiscard]] std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> list;
    const toml::node* node = table_.get(key);
    if (node == nullptr) return list;
    const toml::array* array = node->as_array();
    if (array == nullptr) fail(node->source(), std::string("'") + key + "' must be a list of strings");
    for (const toml::node& element : *array) list.push_back(value_of<std::string>(element, key, "a list of strings"));
    return list;
  }

  [[nodiscard]] std::vector<Rule> rules(const char* key) const {
    std::vector<Rule> rules;
    const std::vector<std::string> written = texts(key);
    for (std::size_t i = 0; i < written.size(); ++i) {
      try {
        rules.push_back(parse_rule(written[i]));
      } catch (const RuleError& error) {
        fail(table_.get(key)->as_array()->get(i)->source(), error.what());
      }
    }
    return rules;
  }

  [[nodiscard]] bool flag(const char* key) const {
    const toml::node* node = table_.get(key);
    return node != nullptr && value_of<bool>(*node, key, "true or false");
  }

  /// Each key a setting of a host, each value what it is set to.
  [[nodiscard]] std::map<std::string, std::string> sysctls() const {
    std::map<std::string, std::string> map;
    for (const auto& [key, node] : table_) {
      const std::string name(key.str());
      if (node.is_table()) fail(key.source(), "a setting's whole name stands in quotation marks" + where());
      if (!name.starts_with("net."))
        fail(key.source(), "'" + name + "' is no setting of a host (only net.* is)" + where());
      map.emplace(name, value_of<std::string>(node, name.c_str(), "a string, as the kernel reads it"));
    }
    return map;
  }

  /// An empty section where the file has none.
  [[nodiscard]] Section section(const char* key) const {
    static const toml::table empty;
    const toml::node* node = table_.get(key);
    if (node != nullptr && !node->is_table()) fail(node->source(), std::string("'") + key + "' must be a table");
    return {file_, node == nullptr ? empty : *node->as_table(), name_.empty() ? key : name_ + "." + key};
  }

 private:
  template <typename Value>
  [[nodiscard]] Value value_of(const toml::node& node, const char* key, const char* shape) const {
    const auto value = node.value_exact<Value>();
    if (!value) fail(node.source(), std::string("'") + key + "' must be " + shape);
    return *value;
  }

  [[noreturn]] void fail(const toml::source_region& region, const std::string& what) const {
    throw LessonError(file_.string() + ":" + std::to_string(region.begin.line) + ": " + what);
  }
  [[nodiscard]] std::string where() const { return name_.empty() ? "" : " in [" + name_ + "]"; }

  const std::filesystem::path& file_;
  const toml::table& table_;
  std::string name_;
};

LessonHost host_of(const Section& section) {
  section.allow_only({"program", "arguments", "exit", "sysctl"});
  return {section.text_or_nothing("program"), section.texts("arguments"), section.number("exit", 0, 0, 255),
          section.section("sysctl").sysctls()};
}

/// What `parse` gives, which reads the file or a text in its place.
template <typename Parse>
toml::table table_from(const std::filesystem::path& file, Parse parse) {
  try {
    return parse(file.string());
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    throw LessonError(file.string() + (line > 0 ? ":" + std::to_string(line) : "") + ": " +
                      std::string(error.description()));
  }
}

Lesson lesson_in(const std::filesystem::path& folder, const std::filesystem::path& file, const toml::table& table) {
  const Section top(file, table, "");
  top.allow_only({"title", "summary", "group", "rfc", "rules", "deadline_s", "link", "client", "server"});
  const Section link = top.section("link");
  link.allow_only({"delay_ms", "wire_only"});

  Lesson lab;
  lab.name = folder.filename().string();
  lab.folder = folder;
  // They reach terminals, pages and other programs.
  lab.title = printable(top.text("title"));
  lab.summary = printable(top.text("summary"));
  lab.group = printable(top.text("group"));
  for (const std::string& section : top.texts("rfc")) lab.rfc.push_back(printable(section));
  lab.delay = std::chrono::milliseconds(link.number("delay_ms", 20, 0, 10'000));
  lab.rules = top.rules("rules");
  lab.deadline = std::chrono::seconds(top.number("deadline_s", 10, 1, 300));
  lab.wire_only = link.flag("wire_only");
  lab.client = host_of(top.section("client"));
  lab.server = host_of(top.section("server"));
  return lab;
}

}  // namespace

Lesson load_lesson(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "lab.toml";
  return lesson_in(folder, file, table_from(file, [](const std::string& path) { return toml::parse_file(path); }));
}

Lesson parse_lesson(std::string_view text, const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / "lab.toml";
  return lesson_in(folder, file, table_from(file, [&](const std::string& path) { return toml::parse(text, path); }));
}

}  // namespace tcplab
