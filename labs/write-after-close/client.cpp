// write-after-close, the client: goes on writing to a server that has closed, and is told at the second attempt.
// RFC 9293 section 3.6.1 (data for a closed program is answered by a RST).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  const std::string first = "Wait!", second = "Hear me!";

  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S.  --> .
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });       // --> .   the FIN, before any data
  lab.step("send", [&] { asio::write(socket, asio::buffer(first)); });         // --> P.  5 bytes: it succeeds
  lab.step("wait for ACK", [&] { tcplab::wait_until_acknowledged(socket); });  // <-- R   CLOSED: no ACK comes
  lab.step_fails("send", tcplab::broken_pipe, [&] { asio::write(socket, asio::buffer(second)); });  // (nothing)
  lab.step("close", [&] { socket.close(); });                                                       // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
