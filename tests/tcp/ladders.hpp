// Two endings as both ends see them, for tests of what one end sees.
#pragma once

namespace tcplab::test {

inline const char* const half_close =
    "     client                                        server\n"
    "     CLOSED                                        LISTEN\n"
    " 1   SYN-SENT      -->  S   0:0(0)            -->  SYN-RECEIVED\n"
    " 2   ESTABLISHED   <--  S.  0:0(0)    ack 1   <--  SYN-RECEIVED\n"
    " 3   ESTABLISHED   -->  .   1:1(0)    ack 1   -->  ESTABLISHED\n"
    " 4   ESTABLISHED   -->  P.  1:18(17)  ack 1   -->  ESTABLISHED\n"
    " 5   FIN-WAIT-1    -->  F.  18:18(0)  ack 1   -->  CLOSE-WAIT\n"
    " 6   FIN-WAIT-2    <--  .   1:1(0)    ack 19  <--  CLOSE-WAIT\n"
    " 7   FIN-WAIT-2    <--  P.  1:14(13)  ack 19  <--  CLOSE-WAIT\n"
    " 8   FIN-WAIT-2    -->  .   19:19(0)  ack 14  -->  CLOSE-WAIT\n"
    " 9   TIME-WAIT     <--  F.  14:14(0)  ack 19  <--  LAST-ACK\n"
    "10   TIME-WAIT     -->  .   19:19(0)  ack 15  -->  CLOSED\n";

inline const char* const simultaneous_close =
    "    client                                       server\n"
    "    CLOSED                                       LISTEN\n"
    "1   SYN-SENT      -->  S   0:0(0)           -->  SYN-RECEIVED\n"
    "2   ESTABLISHED   <--  S.  0:0(0)    ack 1  <--  SYN-RECEIVED\n"
    "3   ESTABLISHED   -->  .   1:1(0)    ack 1  -->  ESTABLISHED\n"
    "4   FIN-WAIT-1    -->  F.  1:1(0)    ack 1  ...\n"
    "5   CLOSING       <--  F.  1:1(0)    ack 1  <--  FIN-WAIT-1\n"
    "6                 ...  F.  1:1(0)    ack 1  -->  CLOSING\n"
    "7   CLOSING       -->  .   2:2(0)    ack 2  ...\n"
    "8   TIME-WAIT     <--  .   2:2(0)    ack 2  <--  CLOSING\n"
    "9                 ...  .   2:2(0)    ack 2  -->  TIME-WAIT\n";

}  // namespace tcplab::test
