// close-wait-leak, the client: has said that it is done, and waits for the server to say so too.
// RFC 9293 section 3.6, case 1.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);

  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S.  --> .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  FIN-WAIT-1
  lab.step("receive", [&] { tcplab::read_to_end(socket); });                   // <-- .  FIN-WAIT-2, and so it stays
  lab.step("close", [&] { socket.close(); });                                  // (nothing)  it never comes to this
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
