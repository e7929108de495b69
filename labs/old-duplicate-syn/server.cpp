// old-duplicate-syn, the server: its client is gone, it listens on, and an old SYN arrives.
// RFC 9293 section 3.5, Figure 8.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });                // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                                  // (nothing)  LISTEN
  lab.ready();                                                                     // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });                            // <-- S   --> S.  <-- .
  lab.step_fails("receive", tcplab::reset, [&] { tcplab::read_to_end(socket); });  // <-- R.  CLOSED
  lab.step("close", [&] { socket.close(); });                                      // (nothing)
  lab.step("wait for Enter", [&] { std::cin.get(); });                             // <-- S, the old one   --> S.  <-- R
  lab.step("stop listening", [&] { acceptor.close(); });                           // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
