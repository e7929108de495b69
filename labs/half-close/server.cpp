// half-close, the server: hears the question to its end, and only then answers, in two segments.
// RFC 9293 section 3.6, case 2; section 3.6.1.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);
  const std::string first = "It is I, the server,\n", second = "and I may still speak.\n";

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });            // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                              // (nothing)  LISTEN
  lab.ready();                                                                 // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                        // <-- S   --> S.  <-- .
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- P.  --> .  <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });       // --> .   the FIN, before any data
  lab.step("send", [&] { asio::write(socket, asio::buffer(first)); });         // --> P.  21 bytes
  lab.step("wait for ACK", [&] { tcplab::wait_until_acknowledged(socket); });  // <-- .
  lab.step("send", [&] { asio::write(socket, asio::buffer(second)); });        // --> P.  23 bytes
  lab.step("wait for ACK", [&] { tcplab::wait_until_acknowledged(socket); });  // <-- .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  LAST-ACK   <-- .  CLOSED
  lab.step("close", [&] { socket.close(); });                                  // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
