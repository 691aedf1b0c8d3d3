#include "server/service/follow_job.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "common/errors/error.h"
#include "server/jobs/events.h"

namespace ctgan::server::service {
namespace {

using errors::Error;
using errors::Kind;
using store::Job;

// A short job's end is seen at once, a long one is not asked about often: after a sixteenth of the time that
// it has been followed.
std::chrono::milliseconds look_again_after(std::chrono::steady_clock::duration followed) {
  using std::chrono::milliseconds;
  return std::clamp(std::chrono::duration_cast<milliseconds>(followed / 16), milliseconds(2),
                    milliseconds(100));
}

// Tells whoever follows a job that waits what it waits for, whenever that changes: how many start before it, or what its
// runner says. Sees to it once a second that the queue goes on: whoever should have started the next job may have been
// killed.
class QueueWatch {
 public:
  QueueWatch(Session& session, std::uint64_t id) : session_(session), id_(id) {}

  void look(const Job& job) {
    const auto now = std::chrono::steady_clock::now();
    const bool waits = !store::is_final(job.state) && job.state != jobs::JobState::running;
    if (!waits || (looked_ && now - *looked_ < std::chrono::seconds(1))) return;
    if (looked_ && job.state == jobs::JobState::queued) session_.jobs().dispatch();
    looked_ = now;
    Json event = event_of(job);
    if (event.is_null() || event == told_) return;
    told_ = event;
    event.update({{"type", "event"}, {"id", id_}});
    session_.channel().write(event);
  }

 private:
  Json event_of(const Job& job) const {
    const std::string words = session_.jobs().waiting_words(job);
    if (job.state == jobs::JobState::queued)
      return {{"event", "queued"}, {"ahead", session_.jobs().ahead_of(job)}, {"text", words}};
    return words.empty() ? Json() : Json{{"event", "waiting"}, {"text", words}};
  }

  Session& session_;
  std::uint64_t id_;
  Json told_;
  std::optional<std::chrono::steady_clock::time_point> looked_;
};

}  // namespace

Job follow_job(Session& session, std::uint64_t id, Job job, std::uint64_t after) {
  jobs::EventReader events(session.jobs().folder(job).events());
  const auto start = std::chrono::steady_clock::now();
  QueueWatch queue(session, id);
  for (;;) {
    queue.look(job);
    // Looked at before the events are read: the last event stands before the last state.
    const bool ended = store::is_final(job.state);
    events.read(after, [&](std::uint64_t seq, Json event) {
      event.update({{"type", "event"}, {"id", id}, {"seq", seq}});
      session.channel().write(event);
    });
    if (ended) return job;
    if (session.channel().left_within(look_again_after(std::chrono::steady_clock::now() - start))) {
      throw Error(Kind::try_again, "the other end closed the connection", "the job goes on");
    }
    job = session.jobs().refresh(std::move(job));
  }
}

}  // namespace ctgan::server::service
