#include "services/notifications/letter.h"
#include <gmime/gmime.h>
#include <string.h>

enum { LETTER_MOST = 8 * 1024 * 1024 };

void letter_open(void) {
    g_mime_init();
}

// ---- addresses

static bool sound(const char *text) {
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            return false;
    return true;
}

// A domain with umlauts in its ASCII form (IDNA), which every server knows; as it is when it has none.
static const char *ascii_domain(InternetAddressMailbox *mailbox) {
    const char *address = internet_address_mailbox_get_addr(mailbox);
    return g_str_is_ascii(address) ? address : internet_address_mailbox_get_idn_addr(mailbox);
}

// As it goes over the wire. NULL: it cannot.
static const char *on_the_wire(InternetAddressList *list) {
    const char *address = ascii_domain(INTERNET_ADDRESS_MAILBOX(internet_address_list_get_address(list, 0)));
    return address != NULL && g_str_is_ascii(address) ? address : NULL;
}

char *letter_ascii_domain(const char *address, struct arena *arena) {
    InternetAddress *mailbox = internet_address_mailbox_new(NULL, address);
    const char *ascii = ascii_domain(INTERNET_ADDRESS_MAILBOX(mailbox));
    char *copy = arena_text(arena, ascii != NULL ? ascii : address);
    g_object_unref(mailbox);
    return copy;
}

// One mailbox and nothing else.
static InternetAddressList *mailbox(const char *text) {
    InternetAddressList *list = sound(text) ? internet_address_list_parse(NULL, text) : NULL;
    bool one = list != NULL && internet_address_list_length(list) == 1 &&
               INTERNET_ADDRESS_IS_MAILBOX(internet_address_list_get_address(list, 0));
    if (one) {
        const char *at =
            internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(internet_address_list_get_address(list, 0)));
        one = at != NULL && strchr(at, '@') != NULL && strpbrk(at, "<> ") == NULL && on_the_wire(list) != NULL;
    }
    if (one)
        return list;
    if (list != NULL)
        g_object_unref(list);
    return NULL;
}

int letter_address(const char *mailbox_text, char *out, size_t size) {
    InternetAddressList *list = mailbox(mailbox_text);
    if (list == NULL)
        return -1;
    const char *at = on_the_wire(list);
    size_t length = strlen(at);
    if (length < size)
        memcpy(out, at, length + 1);
    g_object_unref(list);
    return length < size ? 0 : -1;
}

static int add_address(GMimeMessage *message, GMimeAddressType type, const char *text) {
    InternetAddressList *list = mailbox(text);
    if (list == NULL)
        return -1;
    internet_address_set_charset(internet_address_list_get_address(list, 0), "utf-8");
    internet_address_list_append(g_mime_message_get_addresses(message, type), list);
    g_object_unref(list);
    return 0;
}

// ---- parts

static void set_content(GMimePart *part, const void *bytes, size_t size, GMimeContentEncoding encoding) {
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, size);
    GMimeDataWrapper *content = g_mime_data_wrapper_new_with_stream(stream, GMIME_CONTENT_ENCODING_DEFAULT);
    g_mime_part_set_content(part, content);
    g_mime_part_set_content_encoding(part, encoding);
    g_object_unref(content);
    g_object_unref(stream);
}

// Quoted-printable, whatever is in it: lines stay short and nothing on the way needs 8 bits.
static GMimeObject *text_part(const char *subtype, const char *text) {
    GMimePart *part = g_mime_part_new_with_type("text", subtype);
    g_mime_object_set_content_type_parameter(GMIME_OBJECT(part), "charset", "utf-8");
    set_content(part, text, strlen(text), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

static GMimeObject *attachment(const struct letter_part *given) {
    GMimeContentType *type = g_mime_content_type_parse(NULL, given->media_type);
    GMimePart *part =
        g_mime_part_new_with_type(g_mime_content_type_get_media_type(type), g_mime_content_type_get_media_subtype(type));
    g_object_unref(type);
    g_mime_object_set_disposition(GMIME_OBJECT(part), "attachment");
    g_mime_part_set_filename(part, given->name);
    set_content(part, given->bytes, given->size, GMIME_CONTENT_ENCODING_BASE64);
    return GMIME_OBJECT(part);
}

static void add_part(GMimeMultipart *multipart, GMimeObject *part) {
    g_mime_multipart_add(multipart, part);
    g_object_unref(part);
}

// Boundaries come from the Message-ID, so that a second try is the same mail to the last byte. "=_" is in no quoted-printable
// text.
static GMimeMultipart *multipart(const char *subtype, const struct mail_copy *copy) {
    char boundary[60];
    int at = g_snprintf(boundary, sizeof boundary, "=_%s_", subtype);
    for (const char *c = copy->message_id; *c && *c != '@' && at < (int)sizeof boundary - 1; c++)
        if (g_ascii_isalnum(*c))
            boundary[at++] = *c;
    boundary[at] = '\0';
    GMimeMultipart *made = g_mime_multipart_new_with_subtype(subtype);
    g_mime_multipart_set_boundary(made, boundary);
    return made;
}

static GMimeObject *body(const struct letter *letter) {
    GMimeMultipart *both = multipart("alternative", letter->copy);
    add_part(both, text_part("plain", letter->copy->text));
    add_part(both, text_part("html", letter->copy->html));
    if (letter->part_count == 0)
        return GMIME_OBJECT(both);
    GMimeMultipart *all = multipart("mixed", letter->copy);
    add_part(all, GMIME_OBJECT(both));
    for (int i = 0; i < letter->part_count; i++)
        add_part(all, attachment(&letter->parts[i]));
    return GMIME_OBJECT(all);
}

// ---- headers

static void set_header(GMimeMessage *message, const char *name, const char *value) {
    g_mime_object_set_header(GMIME_OBJECT(message), name, value, "utf-8");
}

// GMime would encode a long value like text (RFC 2047), which no reader of an address in angle brackets understands.
static void set_raw(GMimeMessage *message, const char *name, const char *value) {
    set_header(message, name, "");
    char *raw = g_strdup_printf(" %s\n", value);
    g_mime_header_set_raw_value(g_mime_header_list_get_header(g_mime_object_get_header_list(GMIME_OBJECT(message)), name), raw);
    g_free(raw);
}

static void set_date(GMimeMessage *message, int64_t date_us) {
    GDateTime *date = g_date_time_new_from_unix_utc(date_us / 1000000);
    g_mime_message_set_date(message, date);
    g_date_time_unref(date);
}

// A mail to a list can be left with one click (RFC 2369, RFC 8058), and says which list it is (RFC 2919).
static void set_list(GMimeMessage *message, const struct mail_copy *copy) {
    if (copy->leave_url == NULL)
        return;
    const char *host = strchr(copy->message_id, '@');
    char *leave = g_strdup_printf("<%s>", copy->leave_url);
    char *id = g_strdup_printf("<%s.%s>", copy->list != NULL ? copy->list : "list", host != NULL ? host + 1 : "localhost");
    set_raw(message, "List-Unsubscribe", leave);
    set_header(message, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    set_raw(message, "List-Id", id);
    g_free(leave);
    g_free(id);
}

static int set_headers(GMimeMessage *message, const struct letter *letter) {
    const struct mail_copy *copy = letter->copy;
    int rc = add_address(message, GMIME_ADDRESS_TYPE_FROM, letter->from);
    rc = rc == 0 ? add_address(message, GMIME_ADDRESS_TYPE_TO, letter->to) : rc;
    if (rc == 0 && letter->reply_to != NULL)
        rc = add_address(message, GMIME_ADDRESS_TYPE_REPLY_TO, letter->reply_to);
    if (rc != 0 || !sound(copy->subject) || !sound(copy->message_id) || (copy->leave_url != NULL && !sound(copy->leave_url)))
        return -1;
    g_mime_message_set_subject(message, copy->subject, "utf-8");
    set_date(message, letter->date_us);
    g_mime_message_set_message_id(message, copy->message_id);
    set_header(message, "Auto-Submitted", "auto-generated");
    set_header(message, "Content-Language", copy->language);
    set_list(message, copy);
    return 0;
}

static int write_out(GMimeMessage *message, struct buf *out) {
    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    GByteArray *bytes = g_byte_array_new();
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), TRUE);
    ssize_t written = g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream);
    if (written > 0 && bytes->len <= LETTER_MOST)
        buf_add(out, bytes->data, bytes->len);
    g_object_unref(stream);
    g_mime_format_options_free(options);
    return written > 0 && out->len > 0 && !out->failed ? 0 : -1;
}

int letter_build(const struct letter *letter, struct buf *out) {
    GMimeMessage *message = g_mime_message_new(TRUE);
    int rc = set_headers(message, letter);
    if (rc == 0) {
        GMimeObject *content = body(letter);
        g_mime_message_set_mime_part(message, content);
        g_object_unref(content);
        rc = write_out(message, out);
    }
    g_object_unref(message);
    return rc;
}
