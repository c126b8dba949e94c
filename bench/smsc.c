/*
 * A load generator that plays an operator's message centre (SMPP 3.4), in one thread.
 *
 * It waits for ESMEs to bind, texts CNICs to the short code, takes the replies, sends a delivery
 * receipt for each part that asks for one, and prints what it measured as JSON lines on stdout:
 *   {"event":"listening","port":P}   {"event":"started"}   {"event":"result",...}
 *
 * Rules that hold here:
 * - A bind never has more than `window` deliver_sm unacknowledged, receipts included; receipts go
 *   first, as they would otherwise pile up behind the questions.
 * - One read and one write per connection and wake-up; nothing is allocated after the start.
 * - A check is a message of which every part of the reply has arrived, whoever acknowledged what.
 * - Everything is bounded. What would break a bound ends the run with a sentence on stderr.
 * - SIGUSR1 begins a new phase of the latency figures; SIGTERM stops new questions and ends.
 * Exit status: 0 all answered, 1 something is unanswered or wrong, 2 wrong usage or set-up.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
    BIND_TRANSCEIVER = 0x9, SUBMIT_SM = 0x4, DELIVER_SM = 0x5, UNBIND = 0x6, ENQUIRE_LINK = 0x15,
    GENERIC_NACK = 0, ESME_RINVCMDID = 3,
};
enum {
    MAX_BINDS = 64, MAX_WINDOW = 16384, MAX_COUNT = 50000000, MAX_PHASES = 16, MAX_STATUSES = 16,
    IN_BYTES = 1 << 18, OUT_BYTES = 1 << 21, MAX_PDU = 4096, RECEIPTS = 1 << 22,
    CNIC_DIGITS = 13, SENDER_DIGITS = 9, SENDERS = 1000000000, MAX_PARTS = 16,
    HEADER = 16, ID_DIGITS = 10,
};
#define RESPONSE 0x80000000U
#define RECEIPT 0x80000000U /* in place of a question's number */
#define NS 1000000000ULL

/* What a sender waits for; `sent` is 0 where it waits for nothing. */
struct question { uint64_t sent; uint32_t number; uint16_t parts; uint8_t total, reference; };
/* A deliver_sm that isn't acknowledged; `what` is the question's number, or RECEIPT. */
struct outstanding { uint32_t sequence, what; };
struct receipt { uint32_t id, sender; };

struct bind {
    int fd;
    bool bound, blocked;
    uint32_t in_flight, sequence, table_mask;
    size_t in_length, out_from, out_to;
    uint32_t receipts_from, receipts_to;
    uint8_t *in, *out;
    struct outstanding *table;
    struct receipt *receipts;
};

static struct {
    uint32_t port, binds, window, count, warmup, rate, senders, first_sender, deadline, seed;
    const char *listed;
} opt = {.binds = 1, .window = 64, .count = 100000, .deadline = 120};

static struct bind binds[MAX_BINDS];
static uint32_t connected, bound, turn;
static char (*listed)[CNIC_DIGITS];
static uint32_t listed_count;
static struct question *questions;
static uint32_t *latencies, *due_latencies, samples;
static uint32_t phases[MAX_PHASES], phase_count;
static uint64_t phase_at[MAX_PHASES];
static uint32_t sent, answered, refused, message_id, by_parts[MAX_PARTS + 1];
static uint64_t parts, measured_parts, receipts_sent, receipts_acked, receipts_refused;
static uint64_t strays, unknown_responses;
static struct { uint32_t status, count; } statuses[MAX_STATUSES];
static uint64_t now, started, measured_from, measured_to, last_answer;
static double cpu_at_start, cpu_from, cpu_to;
static char receipt_text[128];
static uint8_t receipt_size;
static const char *ended;

static void usage(const char *problem) {
    fprintf(stderr, "smsc: %s\nusage: smsc --listed FILE [--port N] [--binds N] [--window N]"
            " [--count N] [--warmup N] [--rate N] [--senders N] [--first-sender N] [--seed N]"
            " [--deadline SECONDS]\n", problem);
    exit(2);
}

static void fail(const char *problem) {
    fprintf(stderr, "smsc: %s: %s\n", problem, strerror(errno));
    exit(2);
}

static void *room(size_t count, size_t size) {
    void *memory = calloc(count, size);
    if (!memory) fail("no memory");
    return memory;
}

static uint64_t monotonic(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * NS + (uint64_t)t.tv_nsec;
}

static double cpu_seconds(void) {
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec)
         + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static uint32_t get32(const uint8_t *p) {
    uint32_t v;
    memcpy(&v, p, 4);
    return ntohl(v);
}

static void put32(uint8_t *p, uint32_t v) {
    v = htonl(v);
    memcpy(p, &v, 4);
}

static void put_digits(uint8_t *p, int width, uint64_t value) {
    while (width--) {
        p[width] = (uint8_t)('0' + value % 10);
        value /= 10;
    }
}

static uint64_t scatter(uint64_t x) { /* splitmix64's finaliser */
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
    return x ^ (x >> 31);
}

/* ---- writing PDUs ---- */

static size_t free_out(const struct bind *b) { return OUT_BYTES - b->out_to; }

static void respond(struct bind *b, uint32_t command, uint32_t status, uint32_t sequence,
                    const char *body, size_t size) {
    uint8_t *p = b->out + b->out_to;
    put32(p, (uint32_t)(HEADER + size));
    put32(p + 4, command);
    put32(p + 8, status);
    put32(p + 12, sequence);
    memcpy(p + HEADER, body, size);
    b->out_to += HEADER + size;
}

/* Takes a free sequence number; the table is four times the window, so one is always near. */
static uint32_t take_sequence(struct bind *b, uint32_t what) {
    struct outstanding *o;
    do {
        b->sequence = b->sequence % 0x7fffffff + 1;
        o = &b->table[b->sequence & b->table_mask];
    } while (o->sequence);
    *o = (struct outstanding){b->sequence, what};
    b->in_flight++;
    return b->sequence;
}

/* Everything of a deliver_sm up to sm_length (SMPP 3.4, 4.6.1), from a subscriber to 7000. */
static uint8_t *begin_deliver(uint8_t *p, uint32_t sender, uint8_t esm_class) {
    static const uint8_t before[] = "\0\1\1" "923000000000\0" "\0\1" "7000";
    static const uint8_t after[11] = {0};
    memcpy(p, before, sizeof before);
    put_digits(p + 6, SENDER_DIGITS, sender);
    p += sizeof before;
    memcpy(p, after, 9);
    p[0] = esm_class;
    return p + 9;
}

static void finish_deliver(struct bind *b, uint8_t *end, uint32_t what) {
    uint8_t *p = b->out + b->out_to;
    put32(p, (uint32_t)(end - p));
    put32(p + 4, DELIVER_SM);
    put32(p + 8, 0);
    put32(p + 12, take_sequence(b, what));
    b->out_to += (size_t)(end - p);
}

static void ask(struct bind *b) {
    uint32_t slot = sent % opt.senders, sender = opt.first_sender + slot;
    uint8_t *p = begin_deliver(b->out + b->out_to + HEADER, sender, 0);
    *p++ = CNIC_DIGITS;
    uint64_t random = scatter(sent + ((uint64_t)opt.seed << 32));
    if (sent & 1) { /* no listed number begins with 8: read_listed sees to it */
        *p = '8';
        put_digits(p + 1, CNIC_DIGITS - 1, random % 1000000000000ULL);
    } else {
        memcpy(p, listed[random % listed_count], CNIC_DIGITS);
    }
    questions[slot] = (struct question){now, sent, 0, 0, 0};
    finish_deliver(b, p + CNIC_DIGITS, sent);
    if (sent++ == opt.warmup) {
        measured_from = now;
        measured_parts = parts;
        cpu_from = cpu_seconds();
    }
}

/* A receipt as of appendix B, with the TLVs receipted_message_id and message_state (5.3.2). */
static void send_receipt(struct bind *b) {
    struct receipt r = b->receipts[b->receipts_from++];
    if (b->receipts_from == b->receipts_to) b->receipts_from = b->receipts_to = 0;
    uint8_t *p = begin_deliver(b->out + b->out_to + HEADER, r.sender, 0x04);
    *p++ = receipt_size;
    memcpy(p, receipt_text, receipt_size);
    put_digits(p + 3, ID_DIGITS, r.id);
    p += receipt_size;
    memcpy(p, "\x00\x1e\x00\x0b" "0000000000\0" "\x04\x27\x00\x01\x02", 20);
    put_digits(p + 4, ID_DIGITS, r.id);
    finish_deliver(b, p + 20, RECEIPT);
    receipts_sent++;
}

/* ---- reading PDUs ---- */

static void note_status(uint32_t status) {
    for (int i = 0; i < MAX_STATUSES; i++) {
        if (statuses[i].count && statuses[i].status != status) continue;
        statuses[i].status = status;
        statuses[i].count++;
        return;
    }
}

static void on_deliver_resp(struct bind *b, uint32_t status, uint32_t sequence) {
    struct outstanding *o = &b->table[sequence & b->table_mask];
    if (!sequence || o->sequence != sequence) {
        unknown_responses++;
        return;
    }
    uint32_t what = o->what;
    o->sequence = 0;
    b->in_flight--;
    if (status) note_status(status);
    if (what == RECEIPT) {
        if (status) receipts_refused++; else receipts_acked++;
        return;
    }
    struct question *q = &questions[what % opt.senders];
    if (status && q->sent && q->number == what) {
        q->sent = 0;
        refused++;
    }
}

/* Steps over a C-octet string of at most `most` octets with its end. */
static const uint8_t *skip(const uint8_t *p, const uint8_t *end, size_t most) {
    if (!p) return NULL;
    size_t left = (size_t)(end - p);
    const uint8_t *zero = memchr(p, 0, left < most ? left : most);
    return zero ? zero + 1 : NULL;
}

static void on_answer(struct question *q) {
    uint64_t due = started + (uint64_t)q->number * NS / (opt.rate ? opt.rate : 1);
    uint64_t latency = (now - q->sent) / 1000;
    by_parts[q->total]++;
    q->sent = 0;
    answered++;
    last_answer = now;
    if (q->number < opt.warmup) return;
    latencies[samples] = (uint32_t)latency;
    if (opt.rate) due_latencies[samples] = (uint32_t)((now - due) / 1000);
    samples++;
}

static void on_part(uint32_t slot, uint8_t reference, uint8_t total, uint8_t number) {
    struct question *q = &questions[slot];
    if (!q->sent || !total || total > MAX_PARTS || !number || number > total) {
        strays++;
        return;
    }
    if (q->total != total || q->reference != reference) {
        if (q->total) strays++; /* a reply that begins anew under another reference */
        q->total = total;
        q->reference = reference;
        q->parts = 0;
    }
    uint16_t bit = (uint16_t)(1u << (number - 1));
    if (q->parts & bit) strays++;
    q->parts |= bit;
    if (q->parts == (uint16_t)((1u << total) - 1)) on_answer(q);
}

/* Reads a submit_sm (SMPP 3.4, 4.4.1). False where its fields can't be true. */
static bool on_submit(struct bind *b, const uint8_t *p, const uint8_t *end, uint32_t sequence) {
    const uint8_t *source = skip(p, end, 6);
    const uint8_t *to = source && end - source > 2 ? skip(source + 2, end, 21) : NULL;
    const uint8_t *rest = to && end - to > 2 ? skip(to + 2, end, 21) : NULL;
    const uint8_t *flags = rest && end - rest > 3 ? skip(skip(rest + 3, end, 17), end, 17) : NULL;
    if (!flags || end - flags < 5 || end - flags - 5 < flags[4]) return false;
    const uint8_t *text = flags + 5;

    char id[ID_DIGITS + 1] = {0};
    put_digits((uint8_t *)id, ID_DIGITS, ++message_id);
    respond(b, SUBMIT_SM | RESPONSE, 0, sequence, id, sizeof id);
    parts++;

    uint64_t sender = 0;
    bool ours = rest - to == 15 && !memcmp(to, "\1\1" "923", 5) && to - source == 7
             && !memcmp(source, "\0\1" "7000", 6);
    for (int i = 5; ours && i < 14; i++) {
        ours = to[i] >= '0' && to[i] <= '9';
        sender = sender * 10 + (uint64_t)(to[i] - '0');
    }
    if (!ours || sender < opt.first_sender || sender - opt.first_sender >= opt.senders) {
        strays++;
        return true;
    }
    if (flags[0] & 1) {
        if (b->receipts_to == RECEIPTS) {
            ended = "more receipts are owed than there is room for";
            return true;
        }
        b->receipts[b->receipts_to++] = (struct receipt){message_id, (uint32_t)sender};
    }
    bool split = rest[0] & 0x40 && flags[4] >= 6 && !memcmp(text, "\5\0\3", 3);
    uint32_t slot = (uint32_t)sender - opt.first_sender;
    if (split) on_part(slot, text[3], text[4], text[5]);
    else on_part(slot, 0, 1, 1);
    return true;
}

static bool on_pdu(struct bind *b, const uint8_t *p, uint32_t length) {
    uint32_t command = get32(p + 4), status = get32(p + 8), sequence = get32(p + 12);
    switch (command) {
    case DELIVER_SM | RESPONSE:
        on_deliver_resp(b, status, sequence);
        return true;
    case SUBMIT_SM:
        return on_submit(b, p + HEADER, p + length, sequence);
    case ENQUIRE_LINK:
    case UNBIND:
        respond(b, command | RESPONSE, 0, sequence, "", 0);
        if (command == UNBIND) ended = "a bind was given up by the peer";
        return true;
    case BIND_TRANSCEIVER:
        if (!b->bound) bound++;
        b->bound = true;
        respond(b, command | RESPONSE, 0, sequence, "bench", 6);
        return true;
    case GENERIC_NACK | RESPONSE:
        ended = "the peer sent a generic_nack";
        return true;
    default:
        if (!(command & RESPONSE))
            respond(b, GENERIC_NACK | RESPONSE, ESME_RINVCMDID, sequence, "", 0);
        return true;
    }
}

static void on_readable(struct bind *b) {
    ssize_t got = read(b->fd, b->in + b->in_length, IN_BYTES - b->in_length);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
        ended = "a connection was lost";
        return;
    }
    b->in_length += (size_t)got;
    size_t at = 0;
    while (b->in_length - at >= HEADER) {
        uint32_t length = get32(b->in + at);
        if (length < HEADER || length > MAX_PDU) {
            ended = "the peer sent a length that can't be true";
            return;
        }
        if (b->in_length - at < length) break;
        if (!on_pdu(b, b->in + at, length)) {
            ended = "the peer sent a submit_sm whose fields can't be true";
            return;
        }
        at += length;
    }
    b->in_length -= at;
    memmove(b->in, b->in + at, b->in_length);
}

/* ---- the loop ---- */

/* Responses never fill the buffer: a read is at most IN_BYTES, and each is answered in fewer. */
static bool has_room(const struct bind *b) {
    return b->bound && b->in_flight < opt.window && free_out(b) > IN_BYTES + MAX_PDU;
}

static void pump(void) {
    for (uint32_t i = 0; i < connected; i++)
        while (binds[i].receipts_from < binds[i].receipts_to && has_room(&binds[i]))
            send_receipt(&binds[i]);
    uint64_t due = opt.count;
    if (opt.rate) {
        uint64_t by_now = (uint64_t)((double)(now - started) / 1e9 * opt.rate) + 1;
        if (by_now < due) due = by_now;
    }
    for (uint32_t full = 0; sent < due && full < connected; turn = (turn + 1) % connected) {
        if (questions[sent % opt.senders].sent) return; /* this sender still waits */
        if (has_room(&binds[turn])) {
            ask(&binds[turn]);
            full = 0;
        } else {
            full++;
        }
    }
}

static void flush(int epoll, struct bind *b) {
    while (b->out_from < b->out_to) {
        ssize_t put = send(b->fd, b->out + b->out_from, b->out_to - b->out_from, MSG_NOSIGNAL);
        if (put < 0 && errno != EAGAIN) {
            ended = "a connection was lost";
            return;
        }
        if (put < 0) break;
        b->out_from += (size_t)put;
    }
    bool blocked = b->out_from < b->out_to;
    if (!blocked) b->out_from = b->out_to = 0;
    if (blocked == b->blocked) return;
    b->blocked = blocked; /* a peer that doesn't read isn't read from */
    struct epoll_event e = {.events = blocked ? EPOLLOUT : EPOLLIN, .data.ptr = b};
    epoll_ctl(epoll, EPOLL_CTL_MOD, b->fd, &e);
}

static void on_connection(int epoll, int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
    if (fd < 0) return;
    if (connected == opt.binds) {
        close(fd);
        return;
    }
    struct bind *b = &binds[connected++];
    uint32_t table = 64;
    while (table < 4 * opt.window) table *= 2;
    *b = (struct bind){.fd = fd, .table_mask = table - 1, .in = room(IN_BYTES, 1),
                       .out = room(OUT_BYTES, 1), .table = room(table, sizeof *b->table),
                       .receipts = room(RECEIPTS, sizeof *b->receipts)};
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = b};
    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &e);
}

static int listen_on_loopback(void) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)opt.port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&a, size) || listen(fd, MAX_BINDS)) fail("can't listen");
    getsockname(fd, (struct sockaddr *)&a, &size);
    printf("{\"event\":\"listening\",\"port\":%d}\n", ntohs(a.sin_port));
    fflush(stdout);
    return fd;
}

static int every(uint64_t nanoseconds) {
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct timespec t = {(time_t)(nanoseconds / NS), (long)(nanoseconds % NS)};
    struct itimerspec spec = {t, t};
    if (fd < 0 || timerfd_settime(fd, 0, &spec, NULL)) fail("no timer");
    return fd;
}

static void start(void) {
    started = now;
    cpu_at_start = cpu_seconds();
    printf("{\"event\":\"started\"}\n");
    fflush(stdout);
}

static void on_signal(int fd) {
    struct signalfd_siginfo info;
    if (read(fd, &info, sizeof info) != sizeof info) return;
    if (info.ssi_signo == SIGTERM) {
        opt.count = sent;
    } else if (phase_count < MAX_PHASES) {
        phase_at[phase_count] = now;
        phases[phase_count++] = samples;
    }
}

static bool finished(void) {
    if (ended) return true;
    if (answered + refused < opt.count || !started) return false;
    if (!measured_to) {
        measured_to = last_answer;
        cpu_to = cpu_seconds();
    }
    for (uint32_t i = 0; i < connected; i++)
        if (binds[i].in_flight || binds[i].receipts_from < binds[i].receipts_to) return false;
    ended = "complete";
    return true;
}

static void run(void) {
    int epoll = epoll_create1(0), listener = listen_on_loopback();
    uint64_t tick = opt.rate && NS / opt.rate > 100000 ? NS / opt.rate : 100000;
    int timer = every(opt.rate ? tick : NS / 4);
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int signals = signalfd(-1, &set, SFD_NONBLOCK);
    int *sources[] = {&listener, &timer, &signals};
    for (int i = 0; i < 3; i++) {
        struct epoll_event e = {.events = EPOLLIN, .data.ptr = sources[i]};
        epoll_ctl(epoll, EPOLL_CTL_ADD, *sources[i], &e);
    }
    uint64_t give_up = monotonic() + opt.deadline * NS;
    while (!finished()) {
        struct epoll_event events[MAX_BINDS + 3];
        int ready = epoll_wait(epoll, events, MAX_BINDS + 3, -1);
        now = monotonic();
        for (int i = 0; i < ready; i++) {
            void *what = events[i].data.ptr;
            uint64_t ticks;
            if (what == &listener) on_connection(epoll, listener);
            else if (what == &timer) (void)!read(timer, &ticks, sizeof ticks);
            else if (what == &signals) on_signal(signals);
            else if (!((struct bind *)what)->blocked) on_readable(what);
        }
        if (!started && bound == opt.binds) start();
        if (started) pump();
        for (uint32_t i = 0; i < connected && !ended; i++) flush(epoll, &binds[i]);
        if (now > give_up && !ended) ended = "the deadline passed";
    }
    if (!measured_to) {
        measured_to = last_answer;
        cpu_to = cpu_seconds();
    }
}

/* ---- figures ---- */

static int by_value(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void print_latency(const char *name, uint32_t *from, uint32_t count) {
    qsort(from, count, sizeof *from, by_value);
    uint32_t none = 0;
    if (!count) from = &none;
    printf("\"%s\":{\"count\":%u,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}", name, count,
           from[count / 2] / 1e3, from[(uint64_t)count * 99 / 100] / 1e3,
           from[count ? count - 1 : 0] / 1e3);
}

/* The phases' figures come before the whole's: each sorts what it tells of in place. */
static void print_phases(const char *name, uint32_t *from) {
    printf(",\"%s\":[", name);
    for (uint32_t i = 0; i <= phase_count; i++) {
        uint32_t first = i ? phases[i - 1] : 0, last = i < phase_count ? phases[i] : samples;
        uint64_t begin = i ? phase_at[i - 1] : measured_from;
        uint64_t end = i < phase_count ? phase_at[i] : measured_to;
        printf("%s{\"seconds\":%.3f,", i ? "," : "", (double)(int64_t)(end - begin) / 1e9);
        print_latency("latency_ms", from + first, last - first);
        printf("}");
    }
    printf("]");
}

static void print_result(void) {
    bool measured = measured_from && measured_to > measured_from;
    double seconds = measured ? (double)(measured_to - measured_from) / 1e9 : 0;
    double cpu = cpu_to - cpu_from, per = seconds > 0 ? 1 / seconds : 0;
    printf("{\"event\":\"result\",\"ended\":\"%s\",\"binds\":%u,\"window\":%u,\"rate\":%u,"
           "\"sent\":%u,\"warmup\":%u,\"seconds\":%.4f,\"checks\":%u,\"checks_per_second\":%.0f,"
           "\"answered\":%u,\"unanswered\":%u,\"refused\":%u,\"parts\":%" PRIu64
           ",\"parts_per_second\":%.0f,\"receipts_sent\":%" PRIu64 ",\"receipts_acked\":%" PRIu64
           ",\"receipts_refused\":%" PRIu64 ",\"strays\":%" PRIu64 ",\"unknown_responses\":%" PRIu64
           ",\"cpu_seconds\":%.3f"
           ",\"cpu_seconds_since_start\":%.3f,\"cpu_share\":%.3f,",
           ended, opt.binds, opt.window, opt.rate, sent, opt.warmup, seconds, samples, samples * per,
           answered, sent - answered, refused, parts, (double)(parts - measured_parts) * per,
           receipts_sent, receipts_acked, receipts_refused, strays, unknown_responses,
           cpu, cpu_to - cpu_at_start, cpu * per);
    printf("\"by_parts\":{");
    for (int i = 1, first = 1; i <= MAX_PARTS; i++)
        if (by_parts[i]) printf("%s\"%d\":%u", first ? "" : ",", i, by_parts[i]), first = 0;
    printf("},\"statuses\":{");
    for (int i = 0; i < MAX_STATUSES && statuses[i].count; i++)
        printf("%s\"0x%08x\":%u", i ? "," : "", statuses[i].status, statuses[i].count);
    printf("}");
    if (phase_count) print_phases("phases", latencies);
    if (phase_count && opt.rate) print_phases("phases_from_due", due_latencies);
    printf(",");
    print_latency("latency_ms", latencies, samples);
    if (opt.rate) printf(","), print_latency("latency_from_due_ms", due_latencies, samples);
    printf("}\n");
}

/* ---- set-up ---- */

static void read_listed(void) {
    FILE *file = fopen(opt.listed, "r");
    if (!file) fail(opt.listed);
    size_t capacity = 4096;
    listed = room(capacity, sizeof *listed);
    char line[64];
    while (fgets(line, sizeof line, file)) {
        bool whole = strspn(line, "0123456789") == CNIC_DIGITS && line[CNIC_DIGITS] == '\n';
        if (!whole || line[0] == '8')
            usage("a line of --listed is 13 digits, and the first of them is not 8.");
        if (listed_count == capacity) {
            listed = realloc(listed, (capacity *= 2) * sizeof *listed);
            if (!listed) fail("no memory");
        }
        memcpy(listed[listed_count++], line, CNIC_DIGITS);
    }
    fclose(file);
    if (!listed_count) usage("--listed has no line.");
}

static uint32_t number(const char *text, uint32_t least, uint32_t most) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (!*text || *end || value < least || value > most) usage("a number is out of its range.");
    return (uint32_t)value;
}

static void read_options(int argc, char **argv) {
    static const struct { const char *name; uint32_t *value, least, most; } numbers[] = {
        {"port", &opt.port, 0, 65535}, {"binds", &opt.binds, 1, MAX_BINDS},
        {"window", &opt.window, 1, MAX_WINDOW}, {"count", &opt.count, 1, MAX_COUNT},
        {"warmup", &opt.warmup, 0, MAX_COUNT - 1}, {"rate", &opt.rate, 0, 10000000},
        {"senders", &opt.senders, 1, MAX_COUNT}, {"seed", &opt.seed, 0, UINT32_MAX},
        {"first-sender", &opt.first_sender, 0, SENDERS - 1},
        {"deadline", &opt.deadline, 1, 86400},
    };
    enum { NUMBERS = sizeof numbers / sizeof *numbers };
    struct option names[NUMBERS + 2] = {0};
    for (int i = 0; i < NUMBERS; i++)
        names[i] = (struct option){numbers[i].name, required_argument, NULL, i};
    names[NUMBERS] = (struct option){"listed", required_argument, NULL, NUMBERS};
    for (int i; (i = getopt_long(argc, argv, "", names, NULL)) != -1;) {
        if (i == NUMBERS) opt.listed = optarg;
        else if (i >= 0 && i < NUMBERS)
            *numbers[i].value = number(optarg, numbers[i].least, numbers[i].most);
        else usage("unknown option.");
    }
    if (!opt.listed) usage("--listed is missing.");
    if (!opt.senders) opt.senders = opt.count;
    if (opt.warmup >= opt.count) usage("--warmup is below --count.");
    if ((uint64_t)opt.first_sender + opt.senders > SENDERS) usage("--first-sender leaves no room.");
}

int main(int argc, char **argv) {
    read_options(argc, argv);
    read_listed();
    questions = room(opt.senders, sizeof *questions);
    latencies = room(opt.count, sizeof *latencies);
    if (opt.rate) due_latencies = room(opt.count, sizeof *due_latencies);
    char date[16];
    time_t today = time(NULL);
    strftime(date, sizeof date, "%y%m%d%H%M", gmtime(&today));
    receipt_size = (uint8_t)snprintf(receipt_text, sizeof receipt_text,
        "id:0000000000 sub:001 dlvrd:001 submit date:%s done date:%s stat:DELIVRD err:000 text:",
        date, date);
    run();
    print_result();
    bool whole = answered == sent && sent == opt.count && !strcmp(ended, "complete") && !strays;
    return whole ? 0 : 1;
}
