// rst-abort, the client: hears the greeting and breaks off, without a FIN.
// RFC 9293 section 3.10.5 (the ABORT call).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  std::string greeting(13, ' ');

  lab.step("connect", [&] { socket.connect(lab.address()); });                     // --> S   <-- S.  --> .
  lab.step("receive", [&] { asio::read(socket, asio::buffer(greeting)); });        // <-- P.  --> .
  lab.step("linger 0", [&] { socket.set_option(tcp::socket::linger(true, 0)); });  // (nothing)  close means abort
  lab.step("close", [&] { socket.close(); });                                      // --> R.  CLOSED, no TIME-WAIT

  std::cout << greeting << '\n';
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
