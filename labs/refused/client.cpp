// refused, the client: knocks at a port where nobody listens.
// RFC 9293 section 3.5.2, group 1.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);

  lab.step_fails("connect", tcplab::refused, [&] { socket.connect(lab.address()); });  // --> S   <-- R.  CLOSED
  lab.step("close", [&] { socket.close(); });                                          // (nothing)
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
