/*
 * Pendo Web (Actions) in a page: its three presets as a remote plugin of Segment's analytics library.
 * The library calls window['pendo-web-actionsDestination'](settings), which returns one plugin for each action that has
 * an enabled subscription. Triggers and mappings of subscriptions are not used: each action runs its preset.
 * Rules without a note are observed in Segment's published destination.
 */
(function () {
  'use strict'

  const NAME = 'Pendo Web (actions)'
  const METHODS = ['initialize', 'identify', 'updateOptions', 'pageLoad', 'track']
  const WIRED_TYPES = ['track', 'page', 'alias', 'identify', 'group']

  const actions = {
    track: {
      type: 'track',
      perform: (pendo, event) => pendo.track(event.event, event.properties),
    },
    identify: {
      type: 'identify',
      perform: (pendo, event, settings, analytics) => {
        const known = settings.disableGroupIdAndTraitsOnLoad ? undefined : groupId(analytics)
        const account = accountId(event) || known
        const visitor = { ...event.traits, id: event.userId }
        pendo.identify(account ? { visitor, account: { id: account } } : { visitor })
      },
    },
    group: {
      type: 'group',
      perform: (pendo, event) => {
        const { parentAccount, ...traits } = { ...event.traits }
        const options = { visitor: { id: event.userId }, account: { ...traits, id: event.groupId } }
        if (parentAccount) options.parentAccount = parentAccount
        pendo.identify(options)
      },
    },
  }

  /** Return the preset's account id: context.groupId if it exists, else the event's groupId. */
  function accountId(event) {
    const inContext = event.context && event.context.groupId
    return inContext !== undefined && inContext !== null ? inContext : event.groupId
  }

  function groupId(analytics) {
    return analytics.group && analytics.group().id()
  }

  function scriptUrl({ apiKey, region, cnameContentHost }) {
    if (!cnameContentHost) return `${region}/agent/static/${apiKey}/pendo.js`
    const scheme = /^https?:/.test(cnameContentHost) ? '' : 'https://'
    return `${scheme}${cnameContentHost}/agent/static/${apiKey}/pendo.js`
  }

  /** Install stubs that queue calls until the agent loads; keep methods that the page has defined. */
  function installStubs() {
    const pendo = (window.pendo = window.pendo || {})
    const queue = (pendo._q = pendo._q || [])
    for (const method of METHODS) {
      pendo[method] =
        pendo[method] ||
        function (...args) {
          queue[method === 'initialize' ? 'unshift' : 'push']([method, ...args])
        }
    }
    return pendo
  }

  function insertScript(src) {
    const script = document.createElement('script')
    script.async = true
    script.src = src
    const first = document.getElementsByTagName('script')[0]
    if (first) first.parentNode.insertBefore(script, first)
    else document.head.appendChild(script)
  }

  function visitorId(user) {
    if (user.id()) return user.id()
    return user.anonymousId() ? `_PENDO_T_${user.anonymousId()}` : null
  }

  function startOptions(settings, analytics) {
    const user = analytics.user()
    const group = analytics.group()
    const options = {
      visitor: { ...(settings.disableUserTraitsOnLoad ? {} : user.traits()), id: visitorId(user) },
    }
    if (group.id() && !settings.disableGroupIdAndTraitsOnLoad) {
      options.account = { ...group.traits(), id: group.id() }
    }
    return options
  }

  function start(settings, analytics) {
    insertScript(scriptUrl(settings))
    const pendo = installStubs()
    pendo.initialize(startOptions(settings, analytics))
    return pendo
  }

  /** Start the agent once for all plugins of a destination; a failed start fails for each of them. */
  function starter(settings) {
    const state = { pendo: undefined, analytics: undefined, started: undefined }
    state.start = (analytics) => {
      if (!state.started) {
        state.analytics = analytics
        state.started = Promise.resolve().then(() => {
          state.pendo = start(settings, analytics)
        })
      }
      return state.started
    }
    return state
  }

  function plugin(name, action, calls, settings, state) {
    const deliver = async (context) => {
      for (let call = 0; call < calls && context.event.type === action.type; call++) {
        action.perform(state.pendo, context.event, settings, state.analytics)
      }
      return context
    }
    const result = {
      name: `${NAME} ${name}`,
      type: 'destination',
      version: '0.1.0',
      isLoaded: () => state.pendo !== undefined,
      ready: () => Promise.resolve(),
      load: (_context, analytics) => state.start(analytics),
    }
    for (const method of WIRED_TYPES) result[method] = deliver
    return result
  }

  window['pendo-web-actionsDestination'] = function (settings) {
    const state = starter(settings)
    const enabled = (settings.subscriptions || []).filter((subscription) => subscription.enabled)
    return Object.keys(actions)
      .map((name) => [name, enabled.filter((subscription) => subscription.partnerAction === name).length])
      .filter(([, calls]) => calls > 0)
      .map(([name, calls]) => plugin(name, actions[name], calls, settings, state))
  }
})()
