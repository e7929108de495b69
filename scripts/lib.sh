# What the scripts share: where the project is, the packages it needs, and how it is built. Sourced, never run.
# It, and the scripts for macOS too (record, record-loopback, test), keep to what bash 3.2 and BSD's tools know.
# shellcheck shell=bash
# shellcheck disable=SC2034 # the lists of packages are for those who source this

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PATH=$PATH:/usr/sbin:/sbin # where some systems keep tcpdump, and ordinary users do not look

build_packages=(g++ cmake ninja-build libasio-dev libcxxopts-dev libtomlplusplus-dev nlohmann-json3-dev)
record_packages=("${build_packages[@]}" tcpdump)
test_packages=("${record_packages[@]}" catch2 tshark)
clang_packages=(clang libclang-rt-dev llvm lld) # with its sanitizers, what names the lines they tell of, and its linker

on_macos() { [[ $(uname) == Darwin ]]; }

say() { printf '%s\n' "$*" >&2; }

# fail WHAT [HINT]: the house's form of an error.
fail() {
  say "error: $1"
  [[ -z ${2:-} ]] || say "hint: $2"
  exit 2
}

# --- Packages ----------------------------------------------------------------------------------------------------

# need PACKAGE...: installs those that are missing, on Debian and its kin; elsewhere it only names them.
# TCPLAB_NO_INSTALL=1 takes the machine as it is.
need() {
  [[ -z ${TCPLAB_NO_INSTALL:-} ]] || return 0
  if on_macos; then
    need_of_homebrew "$@"
    return
  fi
  if ! command -v dpkg-query >/dev/null; then
    say "note: no dpkg here, so nothing is installed; needed is what Debian calls $*"
    return 0
  fi
  local installed package missing=()
  installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null) || true
  for package; do
    [[ $'\n'$installed$'\n' == *$'\n'"installed $package"$'\n'* ]] || missing+=("$package")
  done
  [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
}

# On macOS: what the machine lacks of what Debian calls PACKAGE..., by Homebrew's names. The compiler, and tcpdump, are
# Apple's own.
need_of_homebrew() {
  local package formula formulae=() missing=() installed=''
  local hint_end='or set TCPLAB_NO_INSTALL=1 to take the machine as it is'
  xcode-select -p >/dev/null 2>&1 ||
    fail "Apple's command line tools are missing, which have the compiler" "xcode-select --install"
  for package; do
    case $package in
      g++ | tcpdump | clang | libclang-rt-dev | llvm | lld) ;;
      ninja-build) formulae+=(ninja) ;;
      nlohmann-json3-dev) formulae+=(nlohmann-json) ;;
      tshark) formulae+=(wireshark) ;;
      lib*-dev) package=${package#lib} && formulae+=("${package%-dev}") ;;
      *) formulae+=("$package") ;;
    esac
  done
  command -v brew >/dev/null ||
    fail "there is no Homebrew here, and it has what is needed: ${formulae[*]}" "https://brew.sh; $hint_end"
  installed=$(brew list --formula -1)
  for formula in "${formulae[@]}"; do
    [[ $'\n'$installed$'\n' == *$'\n'"$formula"$'\n'* ]] || command -v "$formula" >/dev/null || missing+=("$formula")
  done
  [[ ${#missing[@]} -eq 0 ]] || fail "these packages are missing: ${missing[*]}" "brew install ${missing[*]}; $hint_end"
}

# Through apt-get, as root or by way of sudo; `apt-get update` only where installing does not go without.
install_packages() {
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -y) by=apt-get log
  local hint="as root: apt-get install $*; or set TCPLAB_NO_INSTALL=1 to take the machine as it is"
  if [[ $EUID -ne 0 ]]; then
    command -v sudo >/dev/null || fail "these packages are missing: $*" "$hint"
    apt=(sudo "${apt[@]}") by='sudo apt-get'
  fi
  apt_install() { "${apt[@]}" install --no-install-recommends "$@"; }
  has_package_lists() { compgen -G '/var/lib/apt/lists/*_Packages*'; }

  say "installing by $by, which may take a minute: $*"
  log=$(mktemp)
  {
    { has_package_lists && apt_install "$@"; } || { "${apt[@]}" update && apt_install "$@"; }
  } </dev/null >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    rm -f "$log"
    fail "these packages are missing and could not be installed: $*" "$hint"
  }
  rm -f "$log"
}

# --- Building ----------------------------------------------------------------------------------------------------

# configure PRESET: where that was not done before, or the presets have changed since: told of another compiler only,
# CMake forgets all else.
configure() {
  local directory=$project/build/$1
  # A folder that someone else made is as good as none.
  if ! mkdir -p "$directory" 2>/dev/null || [[ ! -w $directory ]]; then
    fail "cannot build: $(id -un) may not write to $directory" \
      "make the checkout yours (sudo chown -R $(id -un) $project), or work in a copy of it"
  fi
  if [[ -e $directory/CMakeCache.txt && $project/CMakePresets.json -nt $directory/CMakeCache.txt ]]; then
    rm -f "$directory/CMakeCache.txt" "$directory/build.ninja"
  fi
  [[ -e $directory/build.ninja ]] || cmake -S "$project" --preset "$1" >"$directory/output.txt" 2>&1 ||
    build_failed "$directory"
}

# build PRESET: what has changed. Silent when nothing has; says how far it is when something has; says what the compiler
# said when it fails. Two at once wait for each other.
build() {
  local directory=$project/build/$1
  configure "$1"
  (
    if command -v flock >/dev/null; then flock 9; fi
    cmake --build "$directory" 2>&1 9>&- | tee "$directory/output.txt" | show_progress "build/$1" ||
      build_failed "$directory"
  ) 9>"$directory/.lock"
}

build_failed() {
  grep -v '^\[[0-9]*/[0-9]*\] ' "$1/output.txt" >&2 || true
  fail "cannot build $1" "what was said stands above, and in $1/output.txt"
}

# How many tests to run together: those that take long wait for timers of the kernel's more than they work.
tests_at_once() { echo "$((2 * $(getconf _NPROCESSORS_ONLN)))"; }

# show_progress NAME: ninja's "[12/80] ..." as a line that counts, on a terminal; elsewhere as one line in all.
show_progress() {
  local line said=
  while IFS= read -r line; do
    [[ $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
    if [[ -t 2 ]]; then printf '\r\033[Kbuilding %s: %s of %s' "$1" "${BASH_REMATCH[@]:1}" >&2
    elif [[ -z $said ]]; then say "building $1"; fi
    said=yes
  done
  if [[ -n $said && -t 2 ]]; then printf '\r\033[K' >&2; fi
}
