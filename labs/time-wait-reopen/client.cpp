// time-wait-reopen, the client: connects twice, both times from the same port, so that the four numbers are the same.
// RFC 9293 section 3.6.1; RFC 6191.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  std::string first, second;

  lab.step("bind", [&] { tcplab::bind(socket, lab.client_address()); });  // (nothing)  a port that we shall know again
  lab.step("connect", [&] { socket.connect(lab.address()); });            // --> S   <-- S.  --> .
  lab.step("receive", [&] { first = tcplab::read_to_end(socket); });      // <-- P.  --> .   <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });  // --> .
  lab.step("close", [&] { socket.close(); });                             // --> F.  LAST-ACK   <-- .  CLOSED
  lab.step("wait for Enter", [&] { std::cin.get(); });                    // (nothing)  the server is in TIME-WAIT

  lab.step("bind", [&] { tcplab::bind(socket, lab.client_address()); });  // (nothing)
  lab.step("connect", [&] { socket.connect(lab.address()); });            // --> S   <-- S.  --> .   out of TIME-WAIT
  lab.step("receive", [&] { second = tcplab::read_to_end(socket); });     // <-- P.  --> .   <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });  // --> .
  lab.step("close", [&] { socket.close(); });                             // --> F.  LAST-ACK   <-- .  CLOSED

  std::cout << first << second;
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
