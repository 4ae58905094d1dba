// broker: the core with its sockets. Binds front, back and ops, and runs until SIGTERM or SIGINT.
#pragma once
#include "services/common/base/config.h"

// Returns the exit code of the program: 0 after a signal, 78 when the endpoints cannot be made, 70 for a fault of ours.
// On SIGTERM it leaves at once: what waits is not answered but asked again by the clients, at the next broker, with the time
// they have left. So a restart fails nothing.
int broker_run(const struct config *config);
