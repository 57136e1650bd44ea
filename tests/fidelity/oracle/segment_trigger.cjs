// Evaluates trigger cases with Segment's own code: reads NDJSON {kind, fql | ast, event?}, writes the cases with answers.
// Needs NODE_PATH set to a node_modules folder with @segment/destination-subscriptions.
const readline = require('node:readline')
const { generateFql, parseFql, validate } = require('@segment/destination-subscriptions')

function tag(value) {
  if (value === undefined) return { $undefined: true }
  if (Number.isNaN(value)) return { $nan: true }
  if (value === Infinity || value === -Infinity) return { $inf: Math.sign(value) }
  if (Array.isArray(value)) return value.map(tag)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, tag(member)]))
}

function describeError(error) {
  const engine = ['TypeError', 'RangeError', 'SyntaxError'].includes(error.name)
  return { name: error.name ?? 'Error', message: error.message, ...(engine && { engine }) }
}

function attempt(action, resultKey, errorKey = 'error') {
  try {
    return { [resultKey]: action() }
  } catch (error) {
    return { [errorKey]: describeError(error) }
  }
}

function parse(fql, resultKey, errorKey) {
  return attempt(() => {
    const ast = parseFql(fql)
    if (ast.error) throw ast.error
    return ast
  }, resultKey, errorKey)
}

function compareTrees(ast, again) {
  if (!again) return 'error'
  return JSON.stringify(ast) === JSON.stringify(again) ? 'same' : 'different'
}

const answers = {
  parse({ fql }) {
    const { ast, error } = parse(fql, 'ast')
    if (error) return { error }
    const printed = attempt(() => generateFql(ast), 'generated', 'generate_error')
    if (!('generated' in printed)) return { ast, ...printed }
    return { ast, ...printed, round_trip: compareTrees(ast, parse(printed.generated, 'ast').ast) }
  },
  eval({ fql, event }) {
    return attempt(() => validate(parseFql(fql), event), 'result')
  },
  eval_ast({ ast, event }) {
    return attempt(() => validate(ast, event), 'result')
  },
  generate({ ast }) {
    const printed = attempt(() => generateFql(ast), 'fql')
    return 'fql' in printed ? { ...printed, ...parse(printed.fql, 'reparsed', 'reparse_error') } : printed
  },
}

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const question = JSON.parse(line)
  const answer = answers[question.kind](question)
  process.stdout.write(JSON.stringify({ ...question, ...tag(answer), tagged: true }) + '\n')
})
