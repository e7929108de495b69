// fin-wait-2-timeout, the client: closes fully, so that nobody waits for the server's FIN but the kernel, for a while.
// RFC 9293 section 3.6.1 (a program that closed cannot receive any more).
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);

  lab.step("connect", [&] { socket.connect(lab.address()); });  // --> S   <-- S.  --> .
  lab.step("close", [&] { socket.close(); });  // --> F.  <-- .  FIN-WAIT-2, then CLOSED   <-- P.  --> R
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
