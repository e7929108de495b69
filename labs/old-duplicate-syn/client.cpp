// old-duplicate-syn, the client: connects and breaks off. Of its SYN, a copy is still on its way.
// RFC 9293 section 3.5, Figure 8.
#include "endpoint/lab.hpp"

using asio::ip::tcp;

void client(tcplab::Lab& lab) {
  tcp::socket socket(lab.context());
  lab.watch(socket);

  lab.step("connect", [&] { socket.connect(lab.address()); });                     // --> S   <-- S.  --> .
  lab.step("linger 0", [&] { socket.set_option(tcp::socket::linger(true, 0)); });  // (nothing)  close means abort
  lab.step("close", [&] { socket.close(); });                                      // --> R.   and later: <-- S.  --> R
}

int main(int argc, char* argv[]) {
  return tcplab::run_client(argc, argv, client);
}
