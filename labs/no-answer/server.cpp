// no-answer, the server: listens, and never hears that somebody knocks.
// RFC 9293 section 3.8.3.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void server(tcplab::Lab& lab) {
  tcp::acceptor acceptor(lab.context());
  lab.watch(acceptor);

  lab.step("bind", [&] { tcplab::bind(acceptor, lab.address()); });  // (nothing)
  lab.step("listen", [&] { acceptor.listen(); });                    // (nothing)  LISTEN
  lab.ready();                                                       // (nothing)  a client may start
  lab.step("wait for Enter", [&] { std::cin.get(); });               // (nothing)  every SYN is lost on its way
  lab.step("close", [&] { acceptor.close(); });                      // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_server(argc, argv, server);
}
