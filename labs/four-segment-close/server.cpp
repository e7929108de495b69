// four-segment-close, the server: answers, acknowledges the client's FIN, and closes afterwards.
// RFC 9293 section 3.6, Figure 12.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string answer = "No, thanks.\n";

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });            // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                              // (nothing)  LISTEN
  lab.ready();                                                                 // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                        // <-- S   --> S.  <-- .
  lab.step("receive", [&] { tcplab::read_line(socket); });                     // <-- P.  --> .
  lab.step("send", [&] { asio::write(socket, asio::buffer(answer)); });        // --> P.  12 bytes   <-- .
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });       // --> .   the line that makes it four
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  LAST-ACK   <-- .  CLOSED
  lab.step("close", [&] { socket.close(); });                                  // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
