"""What is counted and measured, as the papers call it in Khmer and English; one table an idea.

The Khmer is a draft that a native reviewer has to confirm before official use.
"""

from __future__ import annotations

from portal.certificates.words import Words

INDICATORS = {
    "acknowledge": Words("ការជូនដំណឹងដែលបានទទួលស្គាល់ទាន់ពេល", "Notices acknowledged in time"),
    "act": Words("ករណីដែលខ្លួនបង្ហោះ បានចាត់វិធានការទាន់ពេល", "Hosted items acted on in time"),
    "block_forward": Words("អ្នកដទៃបង្ហោះ៖ បានទប់ស្កាត់ និងបញ្ជូនបន្ត", "Elsewhere: blocked and forwarded"),
    "own_initiative": Words("ករណីដែលរកឃើញដោយខ្លួនឯង បង្ហាញដោយឡែក", "Own finds acted on, shown apart"),
    "report": Words("ករណីដែលបានរាយការណ៍ទៅអាជ្ញាធរទាន់ពេល", "Items reported in time"),
    "add": Words("ការបន្ថែមក្នុងបញ្ជី បានអនុវត្តទាន់ពេល", "List additions applied in time"),
    "delist": Words("ការដកចេញពីបញ្ជី បានអនុវត្តទាន់ពេល", "Delistings applied in time"),
    "lift": Words("ការបិទខ្ទប់ដែលបានដកទាន់ពេល បង្ហាញដោយឡែក", "Blocks lifted in time, shown apart"),
    "emergency": Words("ការចេញផ្សាយបន្ទាន់ បានអនុវត្តទាន់ពេល", "Emergency issues applied in time"),
    "complaint_acknowledge": Words("បណ្តឹងតវ៉ាដែលបានទទួលស្គាល់ទាន់ពេល", "Complaints acknowledged in time"),
    "decide": Words("បណ្តឹងតវ៉ាដែលបានសម្រេចទាន់ពេល", "Complaints decided in time"),
    "restore": Words("បណ្តឹងតវ៉ាត្រឹមត្រូវ ដែលបានដោះស្រាយទាន់ពេល", "Upheld complaints put right in time"),
    "coverage": Words("អតិថិជនដែលបានការពារ", "Subscribers covered"),
    "staff": Words("បុគ្គលិកដែលបានបណ្តុះបណ្តាល", "Staff covered"),
    "points": Words("ចំណុចអនុវត្តដែលដំណើរការ", "Enforcement points live"),
    "tests": Words("ការសាកល្បងដែលជោគជ័យ", "Tests passed"),
    "induction": Words("ការបណ្តុះបណ្តាលដំបូងទាន់ពេល", "New staff inducted in time"),
    "on_time": Words("របាយការណ៍ដាក់ទាន់ពេល", "Return filed on time"),
}
# The same in a line of limits, where the obligation's title says the rest.
MEASURED = {
    "add": Words("ការបន្ថែម", "additions"),
    "delist": Words("ការដកចេញ", "delistings"),
    "emergency": Words("ករណីបន្ទាន់", "emergencies"),
    "coverage": Words("អតិថិជន", "subscribers"),
    "points": Words("ចំណុចអនុវត្ត", "points"),
    "tests": Words("ការសាកល្បងជោគជ័យ", "tests passed"),
    "induction": Words("បណ្តុះបណ្តាលដំបូង", "induction"),
    "complaint_acknowledge": Words("ទទួលស្គាល់", "acknowledge"),
    "decide": Words("សម្រេច", "decide"),
    "restore": Words("ដោះស្រាយ", "put right"),
}
GROUPS = {
    "DESIGNATED_HANDLER": Words("អ្នកទទួលបន្ទុក", "handlers"),
    "ABUSE_DESK": Words("ផ្នែកទទួលបណ្តឹង", "abuse desk"),
    "NOC_DNS": Words("ប្រតិបត្តិការ", "operations"),
    "CUSTOMER_CARE": Words("សេវាអតិថិជន", "customer care"),
    "LEGAL_COMPLIANCE": Words("ច្បាប់", "legal"),
    "MANAGEMENT": Words("គណៈគ្រប់គ្រង", "management"),
    "CONTRACTOR": Words("អ្នកម៉ៅការ", "contractors"),
}
KINDS = {
    "NORMAL": Words("ធម្មតា", "normal"),
    "NIL": Words("សូន្យ", "nil"),
    "PARTIAL_PERIOD": Words("មិនពេញមួយខែ", "part of a month"),
    "FINAL": Words("ចុងក្រោយ", "final"),
}
COHORTS = {"earlier": Words("មុននេះ", "earlier")}
BANDS = {
    "0-24h": Words("០–២៤ ម៉ោង", "0–24 h"),
    "1-3d": Words("១–៣ ថ្ងៃ", "1–3 d"),
    "3-7d": Words("៣–៧ ថ្ងៃ", "3–7 d"),
    "7-30d": Words("៧–៣០ ថ្ងៃ", "7–30 d"),
    ">30d": Words("> ៣០ ថ្ងៃ", "> 30 d"),
}
ROLE_GROUPS = {
    "DESIGNATED_HANDLER": Words("អ្នកទទួលបន្ទុក", "Designated handlers"),
    "ABUSE_DESK": Words("ផ្នែកទទួលបណ្តឹងរំលោភ", "Abuse desk"),
    "NOC_DNS": Words("មជ្ឈមណ្ឌលប្រតិបត្តិការ និង DNS", "Operations and DNS"),
    "CUSTOMER_CARE": Words("សេវាអតិថិជន", "Customer care"),
    "LEGAL_COMPLIANCE": Words("ច្បាប់ និងអនុលោមភាព", "Legal and compliance"),
    "MANAGEMENT": Words("គណៈគ្រប់គ្រង", "Management"),
    "CONTRACTOR": Words("អ្នកម៉ៅការ", "Contractors"),
    "OTHER": Words("ក្រុមតូចៗរួមគ្នា", "Small groups together"),
}
FLOWS = {
    "opening": Words("ដើមខែ", "Opening"),
    "adjustments": Words("កែតម្រូវពីមុន", "Prior-period adjustments"),
    "received": Words("ទទួល", "Received"),
    "transferred_in": Words("មកពីអ្នកមុន", "From a predecessor"),
    "reopened": Words("បើកឡើងវិញ", "Reopened"),
    "closed": Words("បិទ", "Closed"),
    "withdrawn": Words("ដកវិញ", "Withdrawn"),
    "duplicate": Words("ស្ទួន", "Duplicate"),
    "transferred": Words("ផ្ទេរ", "Transferred"),
    "closing": Words("ចុងខែ", "Closing"),
}
EXCLUDED = {
    "duplicate": Words("ស្ទួន", "Duplicates"),
    "withdrawn": Words("ដកវិញ", "Withdrawn"),
    "not_our_service": Words("មិនមែនសេវារបស់ខ្លួន", "Not its service"),
    "refused_confirmed": Words("បដិសេធ បានបញ្ជាក់", "Refused, confirmed"),
    "transferred": Words("ផ្ទេរ", "Transferred"),
}
ALSO_COUNTED = {
    "notices": Words("ការជូនដំណឹង", "Notices"),
    "orders": Words("ដីកាបង្គាប់", "Orders"),
    "own_initiative": Words("ផ្តួចផ្តើមខ្លួនឯង", "Own initiative"),
    "reappearances": Words("លេចឡើងវិញ", "Reappearances"),
}
OTHER_SIDE = {
    "sent": Words("អ្នកផ្ញើបានកត់ត្រាក្នុងប្រព័ន្ធ", "Recorded by their sender"),
    "confirmed_gone": Words("អ្នកផ្ញើបញ្ជាក់ថា លែងមាន", "Confirmed gone by their sender"),
    "refusals_confirmed": Words("អ្នកផ្ញើទទួលយកការបដិសេធ", "Refusal accepted by their sender"),
    "withdrawn": Words("អ្នកផ្ញើដកវិញ", "Taken back by their sender"),
    "found_still_up": Words("អ្នកផ្ញើឃើញថា នៅមានដដែល", "Found still up by their sender"),
    "logged_not_known": Words("អ្នកផ្ញើមិនស្គាល់", "Not known to their sender"),
    "sent_not_logged": Words("បានផ្ញើ តែមិនបានកត់ត្រា", "Sent, and not logged"),
}
SENDERS = {
    "HOTLINE_NATIONAL": Words("ខ្សែបន្ទាន់ជាតិ", "National hotline"),
    "HOTLINE_INHOPE_PEER": Words("ខ្សែបន្ទាន់បរទេស (INHOPE)", "Hotline abroad (INHOPE)"),
    "POLICE": Words("នគរបាល", "Police"),
    "COURT": Words("តុលាការ", "Court"),
    "REGULATOR": Words("និយ័តករទូរគមនាគមន៍", "Telecommunication regulator"),
    "MINISTRY": Words("ក្រសួងទូរគមនាគមន៍", "Ministry for telecommunications"),
    "TRUSTED_FLAGGER": Words("អ្នករាយការណ៍ដែលទុកចិត្ត", "Trusted flagger"),
    "USER_REPORT": Words("របាយការណ៍ពីអ្នកប្រើ", "Report by a user"),
    "OWN_INITIATIVE": Words("ផ្តួចផ្តើមខ្លួនឯង", "Own initiative"),
    "AUTOMATED_FEED": Words("ប្រភពស្វ័យប្រវត្តិ", "Automated feed"),
}
REGISTERS = {
    "takedowns": Words("វិធានការដកចេញ និងទប់ស្កាត់", "Takedown actions"),
    "blocklists": Words("បច្ចុប្បន្នភាពបញ្ជី", "List updates"),
    "training": Words("ការបណ្តុះបណ្តាល", "Training"),
    "roster": Words("បុគ្គលិកពាក់ព័ន្ធ", "Staff in scope"),
    "complaints": Words("បណ្តឹងតវ៉ា", "Complaints"),
    "declarations": Words("សេចក្តីប្រកាស", "Declarations"),
}
LIST_MODES = {  # a list that an ISP applies itself needs no word
    "UPSTREAM": Words("អ្នកផ្តល់សេវាថ្នាក់លើអនុវត្ត", "applied by an upstream"),
    "NOT_REACHABLE": Words("មិនអាចទៅដល់បានទេ", "cannot be reached"),
    "PUBLIC_RESOLVERS": Words("អតិថិជនប្រើម៉ាស៊ីនដោះស្រាយឈ្មោះសាធារណៈ", "subscribers use public resolvers"),
}
ANSWERS = {
    "YES": Words("មាន", "Yes"),
    "PARTLY": Words("មានខ្លះ", "Partly"),
    "NO": Words("មិនមាន", "No"),
    "NOT_APPLICABLE": Words("មិនពាក់ព័ន្ធ", "Not applicable"),
}
