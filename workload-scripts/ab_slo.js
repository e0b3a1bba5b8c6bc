// The same load twice at the same time, under two objectives: what does the tighter one cost?
//   --a 50                the objective of one half in milliseconds
//   --b 200               that of the other
//   --rate 200            requests per second in all, Poisson
//   --model resnet50_v2   the model
const { argsWith, load, poisson, infer, report } = clockwork;

const { a, b, rate, model } = argsWith({ a: 50, b: 200, rate: 200, model: 'resnet50_v2' });

const [name] = load(model);

function half(label, slo) {
  let answered = 0;
  let met = 0;
  poisson(rate / 2, async () => {
    const answer = await infer(name, { sloMillis: slo, tenant: label });
    answered++;
    met += answer.met ? 1 : 0;
    report(`${label}_slo_ms`, slo);
    report(`${label}_met_percent`, Math.round(10000 * met / answered) / 100);
  });
}
half('a', a);
half('b', b);
