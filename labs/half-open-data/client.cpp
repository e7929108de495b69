// half-open-data, the client: speaks on a connection that the server's host has forgotten.
// RFC 9293 section 3.5.1, Figure 10.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  const std::string question = "Hey?\n";
  std::string greeting;

  lab.step("connect", [&] { socket.connect(lab.address()); });                   // --> S   <-- S.  --> .
  lab.step("receive", [&] { greeting = tcplab::read_line(socket); });            // <-- P.  --> .
  lab.step("wait for Enter", [&] { std::cin.get(); });                           // (nothing)  the server's host reboots
  lab.step("send", [&] { asio::write(socket, asio::buffer(question)); });        // --> P.  5 bytes
  lab.step_fails("receive", tcplab::reset, [&] { tcplab::read_line(socket); });  // <-- R   CLOSED
  lab.step("close", [&] { socket.close(); });                                    // (nothing)

  std::cout << greeting << '\n';
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
