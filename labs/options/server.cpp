// options, the server: hears 1460 bytes and closes after the client.
// RFC 9293 section 3.2 (options); RFC 7323 (window scale, timestamps); RFC 2018 (SACK).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });       // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                         // (nothing)  LISTEN
  lab.ready();                                                            // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                   // <-- S <options>  --> S. <options>  <-- .
  lab.step("receive", [&] { tcplab::read_to_end(socket); });              // <-- .  --> .  <-- P.  --> .  <-- F.
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });  // --> .   CLOSE-WAIT
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  LAST-ACK   <-- .  CLOSED
  lab.step("close", [&] { socket.close(); });                                  // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
