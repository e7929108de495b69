// time-wait-bind, the server: closes first, and then wants its port again, as a server that is started anew does.
// RFC 9293 section 3.6.1 (TIME-WAIT lasts 2 MSL).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context()), again(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });            // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                              // (nothing)  LISTEN
  lab.ready();                                                                 // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                        // <-- S   --> S.  <-- .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  FIN-WAIT-1
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- .  FIN-WAIT-2  <-- F.  --> .
  lab.step("close", [&] { socket.close(); });                                  // (nothing)  TIME-WAIT goes on
  lab.step("close acceptor", [&] { acceptor.close(); });                       // (nothing)

  again.open(lab.address().protocol());
  lab.step_fails("bind again", tcplab::address_in_use, [&] { again.bind(lab.address()); });  // (nothing)
  lab.step("SO_REUSEADDR", [&] { again.set_option(tcp::acceptor::reuse_address(true)); });   // (nothing)
  lab.step("bind again", [&] { again.bind(lab.address()); });  // (nothing)  TIME-WAIT goes on beside it
  lab.step("listen", [&] { again.listen(); });                 // (nothing)
  lab.step("close", [&] { again.close(); });                   // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
