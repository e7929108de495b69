// peer-vanished, the client: speaks into a cut cable until its kernel gives up.
// RFC 9293 section 3.8.3 (connection failures).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  const std::string question = "Hey?\n";
  std::string greeting;

  lab.step("connect", [&] { socket.connect(lab.address()); });                       // --> S   <-- S.  --> .
  lab.step("receive", [&] { greeting = tcplab::read_line(socket); });                // <-- P.  --> .
  lab.step("wait for Enter", [&] { std::cin.get(); });                               // (nothing)  the cable is cut
  lab.step("send", [&] { asio::write(socket, asio::buffer(question)); });            // --> P.  5 bytes: it succeeds
  lab.step_fails("receive", tcplab::timed_out, [&] { tcplab::read_line(socket); });  // --> P.  again and again  CLOSED
  lab.step("close", [&] { socket.close(); });                                        // (nothing)

  std::cout << greeting << '\n';
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
