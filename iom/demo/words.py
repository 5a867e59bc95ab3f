"""What the demo's people wrote, in their own words."""

REASONS = (
    "Arrested several times in two months for burglary and theft; partners report growing drug use.",
    "Released from prison with nowhere to live and known to return quickly to acquisitive crime.",
    "Concern for a partner and her children after repeated incidents; order breached twice.",
    "Named in intelligence about stolen vehicles; has stopped attending his appointments.",
    "Managed under MAPPA and linked to recent offences in the town centre.",
    "Young person drawn into offending with older associates; school and family ask for help.",
)
CONSIDERED = {
    "offending": "Long record of acquisitive offences; three recorded in the last three months.",
    "recency_frequency_gravity": "Frequent and recent; the latest involved entering an occupied home.",
    "police_intelligence": "Intelligence agrees with the pattern of offences; the score was read as a guide only.",
    "partner_intelligence": "Probation and the drug service describe relapse and missed appointments.",
    "pathways_and_triggers": "Drug use, debt and unsettled housing come before each run of offences.",
    "ability_to_intervene": "Has engaged before when seen early; a joint plan with the drug service is realistic.",
    "partner_involvement": "Probation supervises; housing has an open application.",
}
DESELECTION = {
    "reduction_in_offending": "No recorded offence for nine months.",
    "intelligence": "Nothing of concern from police or partners since spring.",
    "engagement": "Kept nearly all appointments and asked for help when it was needed.",
    "pathways_addressed": "Stable tenancy, in treatment, part-time work.",
    "triggers_reduced": "Debt plan in place; no longer in touch with former associates.",
    "ongoing_support": "The drug service goes on seeing him; housing support ends in the spring.",
    "area_transfer": "Not moving.",
    "prison_sentence": "None.",
}
RATIONALES = (
    "The board agreed that joint management gives the best chance of reducing offending and harm.",
    "Frequency and gravity are rising, and partners can act now on housing and drug use.",
    "The risk to others needs one plan that all agencies follow.",
)
RISKS = (
    "Burglary of homes close to where he stays, usually by night and when without money.",
    "Theft from vehicles and shops to pay for drugs; carries tools.",
    "Violence towards a present or former partner when drinking.",
)
TRIGGERS = (
    "Running out of money before benefit day; contact with former associates.",
    "Arguments at home; alcohol at weekends.",
)
STRENGTHS = (
    "Good relationship with his mother; wants to work.",
    "Keeps in touch with his children; proud of his trade skills.",
)
VULNERABLE = (
    "Low mood in winter; debts to others.",
    "Learning difficulty: needs things said plainly and written down.",
)
FAMILY_TIES = (
    "Mother and sister willing to take part in the plan.",
    "Partner pregnant; children's services informed.",
)
OBJECTIVES = (
    "Stable housing, in treatment within a month, no further offences.",
    "Keep to the order, attend the programme, find work.",
)
ACTIONS = (
    ("accommodation", "hearth", "Complete the housing application and view a supported flat."),
    ("drugs_alcohol", "clearway", "Attend the weekly clinic and start a prescription."),
    ("ete", "probation", "Meet the employment adviser and enrol on the site-safety course."),
    ("finance", "council", "Draw up a debt plan with the advice service."),
    ("attitudes", "probation", "Begin the thinking-skills programme."),
    ("family", "council", "Arrange supervised contact with the children."),
    ("health", "clearway", "Register with a doctor and keep the first appointment."),
)
NOTES = (
    "Seen at home, polite and open. Says he is staying away from the old group.",
    "Talked about money and housing; agreed what to do before next week.",
    "Short visit. Tired and low, but accepted the appointment at the clinic.",
    "Discussed the plan line by line; signed it and kept a copy.",
    "Joint visit with probation; licence conditions gone through again.",
)
NEXT_STEPS = ("Visit unannounced tomorrow evening.", "Ring his mother, then write with a new appointment.")
EXIT_STRATEGY = (
    "Support continues with the drug service and housing; police step back after a last joint visit."
)
REVIEWS = (
    "Score rose after a run of charged burglaries; discussed with the district team and put to the next meeting.",
    "One incident counted under several records; no discussion needed for now, to be looked at again this week.",
    "Partners know of a relapse; agreed to watch and look again in three days.",
)
MARKERS = (
    "May carry a knife",
    "Violent when drunk",
    "Dog at address",
    "Self-harm in custody",
    "Exploited by others",
)
TAG_STATES = (
    ("allocated", "Set aside for a release on Friday; consent to be signed at the prison gate."),
    ("faulty", "Loses its signal indoors; sent back to the maker."),
    ("damaged", "Strap cut and case broken; no fault of the battery."),
    ("lost", "Not found at the address after removal; reported to the monitoring centre."),
    ("retired", "Battery no longer holds a day's charge; written off."),
)
BOARD_OUTCOMES = {
    "selected": "Selected for joint management.",
    "not_selected": "Not selected; the referrer is told why and where else to turn.",
    "deferred": "Deferred until partners have given their view.",
}
MEETING_DECISIONS = {
    "managed": (
        (
            "Stay in the scheme; plan unchanged.",
            "Engaging with the drug service and no new offence this month.",
        ),
        (
            "Visit twice a week until the next meeting.",
            "Two missed appointments and intelligence about old friends.",
        ),
        (
            "Housing to offer a viewing this week.",
            "The tenancy ends on Friday and there is nowhere else to go.",
        ),
        ("Probation to review the licence conditions.", "Seen in the town centre after the curfew began."),
        (
            "Bring the case review forward.",
            "Score fell for three months in a row; partners agree that risk is lower.",
        ),
    ),
    "releases": (
        (
            "Meet at the gate and take to the first appointment.",
            "Earlier releases failed on the first afternoon.",
        ),
        ("Prison Hub to agree accommodation before release.", "No address has been approved yet."),
        (
            "Ask the prison for a visit with the offender manager.",
            "The plan for release has not been signed.",
        ),
    ),
    "deregistrations": (
        ("Leave the scheme; partners keep their support going.", "No recorded offence for nine months."),
    ),
}
