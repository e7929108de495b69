// rst-unread, the server: closes while the client's question lies unread in its kernel.
// RFC 9293 section 3.6.1; RFC 2525 section 2.17.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  tcp::socket socket(lab.context());
  lab.watch(acceptor, socket);

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });  // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                    // (nothing)  LISTEN
  lab.ready();                                                       // (nothing)  a client may start
  lab.step("accept", [&] { acceptor.accept(socket); });              // <-- S   --> S.  <-- .
  lab.step("wait", [&] { socket.wait(tcp::socket::wait_read); });    // <-- P.  --> .   it is there; do not read it
  lab.step("close", [&] { socket.close(); });                        // --> R.  and not F.: data was lost
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
