// A day of the Azure Functions trace, quicker than it was: each model gets the requests of the
// functions that are dealt to it, Poisson within each minute. The trace is that of AZURE_TRACE_DIR,
// or a made-up one of the same shape.
//   --models 10           copies of the model that the functions are dealt to
//   --day 1               day of the trace, 1 to 14
//   --start 600           minute of the day to begin with
//   --minute 2000         milliseconds that a minute of the trace lasts
//   --rate 200            requests per second in all, on average over the day
//   --model resnet50_v2   the model
//   --slo 100             the objective in milliseconds
const { argsWith, load, trace, poisson, everyMillis, infer, report } = clockwork;

const { models, day, start, minute, rate, model, slo } = argsWith({
  models: 10, day: 1, start: 600, minute: 2000, rate: 200, model: 'resnet50_v2', slo: 100,
});

const names = load(model, models);
const counts = trace(models, day);
const minutes = counts[0].length;
const total = counts.flat().reduce((sum, count) => sum + count, 0);
const perSecond = rate * minutes / total; // of one invocation a minute

let now = start;
let arrivals = [];
function play() {
  arrivals.forEach((each) => each.stop());
  arrivals = [];
  names.forEach((name, i) => {
    const count = counts[i][now % minutes];
    if (count > 0) {
      arrivals.push(poisson(count * perSecond, () => infer(name, { sloMillis: slo })));
    }
  });
  report('minutes', now - start + 1);
  now++;
}
play();
everyMillis(minute, play);
