#include "services/common/contract/contract.h"

#include <string.h>

const struct contract_service *contract_service_named(const char *name) {
    for (const struct contract_service *const *service = contract_services; *service != NULL; service++)
        if (strcmp((*service)->name, name) == 0)
            return *service;
    return NULL;
}

const struct contract_method *contract_method_named(const struct contract_service *service, const char *name) {
    for (int i = 0; i < service->method_count; i++)
        if (strcmp(service->methods[i].name, name) == 0)
            return &service->methods[i];
    return NULL;
}

static size_t count_messages(void) {
    size_t count = 0;
    while (contract_messages[count] != NULL)
        count++;
    return count;
}

const struct contract_message *contract_message_named(const char *short_name) {
    size_t low = 0, high = count_messages();
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(short_name, contract_messages[middle]->descriptor->short_name);
        if (order == 0)
            return contract_messages[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const struct contract_message *contract_message_of(const ProtobufCMessageDescriptor *descriptor) {
    const struct contract_message *found = contract_message_named(descriptor->short_name);
    return found != NULL && found->descriptor == descriptor ? found : NULL;
}
