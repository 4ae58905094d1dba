// process: workers' processes by pidfd, so that a pid used again is never hit and an end is seen at once.
#pragma once
#include <stdint.h>

struct processes {
    int watch;
}; // an epoll descriptor, readable when one of them is over

int processes_open(struct processes *processes);
void processes_close(struct processes *processes);
int process_open(struct processes *processes, uint32_t pid); // handle, or -1: no such process, or one of ourselves
void process_kill(int handle);
void process_close(int handle);
int process_ended(struct processes *processes); // the handle of one that is over, told once; -1: none
