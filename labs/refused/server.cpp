// refused, the server: takes the port, but does not listen on it; its kernel answers for it.
// RFC 9293 section 3.5.2, group 1.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  lab.watch(acceptor);

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });  // (nothing)  CLOSED, not LISTEN
  lab.ready();                                                       // (nothing)  a client may start now
  lab.step("wait for Enter", [&] { std::cin.get(); });               // <-- S   --> R.  the kernel's doing, not ours
  lab.step("close", [&] { acceptor.close(); });                      // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
