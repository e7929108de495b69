// half-open-reopen, the client: it does not know that it has been here before, from the same port.
// RFC 9293 section 3.5.1, Figure 9. In its second life, `connect` first causes this: --> S   <-- .  --> R
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);
  std::string greeting;

  lab.step("bind", [&] { tcplab::bind(socket, lab.client_address()); });       // (nothing)  the same port in each life
  lab.step("connect", [&] { socket.connect(lab.address()); });                 // --> S   <-- S.  --> .
  lab.step("receive", [&] { greeting = tcplab::read_to_end(socket); });        // <-- P.  --> .   <-- F.  CLOSE-WAIT
  lab.step("acknowledge", [&] { tcplab::acknowledge_at_once(socket); });       // --> .
  lab.step("shutdown", [&] { socket.shutdown(tcp::socket::shutdown_send); });  // --> F.  LAST-ACK   <-- .  CLOSED
  lab.step("close", [&] { socket.close(); });                                  // (nothing)

  std::cout << greeting << '\n';
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
