# A Homebrew formula for tcplab: the labs' programs and the analyser. It records nothing on macOS (docs/packaging.md).
# Not yet run. The address and the checksum are those of a release, which whoever publishes one fills in.
class Tcplab < Formula
  desc "Cause, record and read every way a TCP connection opens, carries data and ends"
  homepage "https://github.com/OWNER/tcplab"
  url "https://github.com/OWNER/tcplab/archive/refs/tags/v0.1.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "asio" => :build
  depends_on "cmake" => :build
  depends_on "cxxopts" => :build
  depends_on "nlohmann-json" => :build
  depends_on "tomlplusplus" => :build

  def install
    system "cmake", "-S", ".", "-B", "build", "-DTCPLAB_TESTS=OFF", *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/tcplab --version")
    reference = share/"tcplab/labs/hello/reference"
    assert_match "four-segment", shell_output("#{bin}/tcplab flows #{reference}/client.pcap")
    system bin/"tcplab", "check", "hello", reference
  end
end
