// udp-echo, the client: sends a datagram and hears one; then sends another, to a port that is closed by then.
// RFC 768; RFC 1122 section 4.1.3.3 (a program is told of ICMP errors).
#include "endpoint/lab.hpp"

using asio::ip::udp;

void client(tcplab::Lab& lab) {
  udp::socket socket(lab.context());
  const udp::endpoint server(lab.address().address(), lab.address().port());
  const std::string question = "Ping\n";
  std::string answer(100, ' ');

  lab.step("connect", [&] { socket.connect(server); });            // (nothing)  it only notes the address
  lab.step("send", [&] { socket.send(asio::buffer(question)); });  // --> UDP (5)
  lab.step("receive", [&] { answer.resize(socket.receive(asio::buffer(answer))); });  // <-- UDP (6)
  lab.step("wait for Enter", [&] { std::cin.get(); });             // (nothing)  the server closes its socket
  lab.step("send", [&] { socket.send(asio::buffer(question)); });  // --> UDP (5)  it succeeds   <-- ICMP 3/3
  lab.step_fails("receive", tcplab::port_unreachable, [&] { socket.receive(asio::buffer(answer)); });  // (nothing)
  lab.step("close", [&] { socket.close(); });  // (nothing)  nobody is told

  std::cout << answer;
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
